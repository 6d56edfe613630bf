// A thread that runs a model. ONNX Runtime's Node binding blocks the thread that runs a session, so
// sessions run side by side only on several threads.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { describeFailure, type Failure, toFailure } from '../../shared/errors'
import { type ChannelSide, connect, type Peer } from '../../shared/rpc'
import type { Log } from '../log'
import { threadTransport } from './threadTransport'

/** What a thread that runs a model asks of the main thread. */
export type ThreadOwnerSide = {
  requests: Record<never, never>
  notifications: { log: { level: Parameters<Log>[0]; message: string } }
}

/** Without its script a thread cannot start. */
export const canStartThread = (script: string): boolean => existsSync(script)

let alive = 0

/** Threads of this process that run models. */
export const threadsAlive = (): number => alive

interface ThreadOptions<Side extends ChannelSide, Loaded> {
  script: string
  /** What the script gets when it starts. */
  setup: unknown
  /** Called once, when the thread has started. */
  load: (peer: Peer<Side>) => Promise<Loaded>
  /** Called before the thread is ended. */
  dispose: (peer: Peer<Side>) => Promise<unknown>
  log: Log
}

interface Running<Side extends ChannelSide, Loaded> {
  worker: Worker
  peer: Peer<Side>
  /** What `load` of the options gave. */
  loaded: Loaded
}

export class ModelThread<Side extends ChannelSide, Loaded> {
  private running: Promise<Running<Side, Loaded>> | undefined

  constructor(private readonly options: ThreadOptions<Side, Loaded>) {}

  /**
   * Starts the thread and loads the model, unless that is done. After a failure, or when the thread
   * has ended, the next call starts another one.
   * @throws as `load` of the options.
   */
  started(): Promise<Pick<Running<Side, Loaded>, 'peer' | 'loaded'>> {
    if (!this.running) {
      const starting: Promise<Running<Side, Loaded>> = this.begin(() => this.forget(starting))
      this.running = starting
      starting.catch(() => this.forget(starting))
    }
    return this.running
  }

  async dispose(): Promise<void> {
    const running = await this.running?.catch(() => undefined)
    this.running = undefined
    if (!running) return
    await this.options.dispose(running.peer).catch(() => undefined)
    await running.worker.terminate()
  }

  private forget(running: Promise<Running<Side, Loaded>>): void {
    if (this.running === running) this.running = undefined
  }

  /** @param onEnd called when the thread has ended. */
  private async begin(onEnd: () => void): Promise<Running<Side, Loaded>> {
    const { script, setup, load, log } = this.options
    const worker = new Worker(script, { workerData: setup })
    alive++
    const peer = connect<ThreadOwnerSide, Side>(
      threadTransport(worker),
      {},
      { log: ({ level, message }) => log(level, message) },
    )
    worker.on('error', (error: Error) => peer.close(ended(error.message)))
    worker.on('exit', () => {
      alive--
      peer.close(ended(l10n.t('it has ended')))
      onEnd()
    })
    try {
      return { worker, peer, loaded: await load(peer) }
    } catch (thrown) {
      log('info', `A thread that runs a model did not start: ${describeFailure(toFailure(thrown))}`)
      await worker.terminate()
      throw thrown
    }
  }
}

const ended = (reason: string): Failure => ({
  code: 'internal',
  message: l10n.t`A thread that runs a model has failed (${reason}).`,
  remedy: l10n.t('Try again; report it if it happens again.'),
})
