// Servers of tests, on a free port of the loopback device.
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface OnLoopback {
  /** `http://127.0.0.1:PORT` */
  origin: string
  /** Ends its connections, too. */
  close: () => Promise<void>
}

/** Resolves when the server listens. */
export async function onLoopback(server: Server): Promise<OnLoopback> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
