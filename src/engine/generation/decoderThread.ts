// A decoder on a thread of its own. ONNX Runtime's Node binding blocks the thread that runs a
// session, so decoders run side by side only on several threads.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Failure } from '../../shared/errors'
import { connect, type Peer } from '../../shared/rpc'
import type { Log } from '../log'
import { threadScript } from '../runtime/threadScript'
import type { DecoderOwnerSide, DecoderSetup, DecoderSide, JobReport } from './decoderProtocol'
import type { SampleJob, SampleQueue } from './scheduler'

/** Without it there is one decoder. */
const SCRIPT = threadScript('decoder')

export const canStartThreads = (script = SCRIPT): boolean => existsSync(script)

let alive = 0

/** Threads of decoders in this process. */
export const threadsAlive = (): number => alive

interface Running {
  worker: Worker
  peer: Peer<DecoderSide>
}

export class DecoderThread implements SampleQueue {
  private running: Promise<Running> | undefined

  constructor(
    private readonly setup: DecoderSetup,
    private readonly log: Log,
    private readonly script = SCRIPT,
  ) {}

  /**
   * Starts the thread and loads the graph, unless that is done. After a failure, or when the thread
   * has ended, the next call starts another one.
   * @throws FailureError as `loadDecoder`.
   */
  async start(): Promise<void> {
    await this.started()
  }

  async submit(job: SampleJob): Promise<void> {
    const { prompt, candidates, sampling, maxNewTokens, endTokens, where } = job
    const reports = { tokens: job.onTokens !== undefined, prompt: job.onPrompt !== undefined }
    const { peer } = await this.started()
    await peer.request(
      'sample',
      { prompt, candidates, sampling, maxNewTokens, endTokens, where, reports },
      { signal: job.signal, onProgress: (report) => tell(job, report) },
    )
  }

  async dispose(): Promise<void> {
    const running = await this.running?.catch(() => undefined)
    this.running = undefined
    if (!running) return
    await running.peer.request('dispose', null).catch(() => undefined)
    await running.worker.terminate()
  }

  private started(): Promise<Running> {
    if (!this.running) {
      const starting: Promise<Running> = this.begin(() => this.forget(starting))
      this.running = starting
      starting.catch(() => this.forget(starting))
    }
    return this.running
  }

  private forget(running: Promise<Running>): void {
    if (this.running === running) this.running = undefined
  }

  /** @param onEnd called when the thread has ended. */
  private async begin(onEnd: () => void): Promise<Running> {
    const worker = new Worker(this.script, { workerData: this.setup })
    alive++
    const peer = connect<DecoderOwnerSide, DecoderSide>(
      {
        send: (message) => worker.postMessage(message),
        onMessage: (listener) => worker.on('message', listener),
      },
      {},
      { log: ({ level, message }) => this.log(level, message) },
    )
    worker.on('error', (error: Error) => peer.close(ended(error.message)))
    worker.on('exit', () => {
      alive--
      peer.close(ended(l10n.t('it has ended')))
      onEnd()
    })
    try {
      await peer.request('load', null)
    } catch (thrown) {
      await worker.terminate()
      throw thrown
    }
    return { worker, peer }
  }
}

function tell(job: SampleJob, report: JobReport): void {
  switch (report.kind) {
    case 'candidate':
      return job.onCandidate(report.candidate)
    case 'tokens':
      return job.onTokens?.(report.index, report.tokens)
    case 'prompt':
      return job.onPrompt?.(report.logits)
    case 'rate':
      return job.onRate(report.tokens, report.tokensPerSecond)
  }
}

const ended = (reason: string): Failure => ({
  code: 'internal',
  message: l10n.t`A thread that computes candidates has failed (${reason}).`,
  remedy: l10n.t('Try again; report it if it happens again.'),
})
