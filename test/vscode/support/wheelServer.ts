// A package server on loopback that keeps who asks waiting until it is told to answer: a build that
// is under way for as long as a test needs.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export class WheelServer {
  private isAsked: () => void = () => undefined
  private isToAnswer: () => void = () => undefined
  private readonly firstQuestion = new Promise<void>((resolve) => (this.isAsked = resolve))
  private readonly released = new Promise<void>((resolve) => (this.isToAnswer = resolve))

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
  ) {}

  /** Serves the files of a folder by their names. */
  static async start(folder: string): Promise<WheelServer> {
    const server = createServer()
    const wheels = new WheelServer(server, folder)
    server.on('request', (request, response) => {
      wheels.isAsked()
      void wheels.released.then(() =>
        response.end(readFileSync(join(wheels.folder, request.url ?? ''))),
      )
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return wheels
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** Resolves when somebody has asked for a file. */
  asked(): Promise<void> {
    return this.firstQuestion
  }

  /** From now on, and for those who wait. */
  answer(): void {
    this.isToAnswer()
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }
}
