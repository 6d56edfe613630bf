// A decoder on a thread of its own.
import type { Log } from '../log'
import { canStartThread, ModelThread } from '../runtime/modelThread'
import { threadScript } from '../runtime/threadScript'
import type { DecoderSetup, DecoderSide, JobReport } from './decoderProtocol'
import type { SampleJob, SampleQueue } from './sampleJob'

/** Without it there is one decoder. */
const SCRIPT = threadScript('decoder')

export const canStartThreads = (): boolean => canStartThread(SCRIPT)

export class DecoderThread implements SampleQueue {
  private readonly thread: ModelThread<DecoderSide, null>

  constructor(setup: DecoderSetup, log: Log, script = SCRIPT) {
    this.thread = new ModelThread({
      script,
      setup,
      load: (peer) => peer.request('load', null),
      dispose: (peer) => peer.request('dispose', null),
      log,
    })
  }

  /**
   * Starts the thread and loads the graph, unless that is done.
   * @throws FailureError as `loadDecoder`.
   */
  async start(): Promise<void> {
    await this.thread.started()
  }

  async submit(job: SampleJob): Promise<void> {
    const { prompt, candidates, sampling, maxNewTokens, endTokens, where } = job
    const reports = { tokens: job.onTokens !== undefined, prompt: job.onPrompt !== undefined }
    const { peer } = await this.thread.started()
    await peer.request(
      'sample',
      { prompt, candidates, sampling, maxNewTokens, endTokens, where, reports },
      { signal: job.signal, onProgress: (report) => tell(job, report) },
    )
  }

  dispose(): Promise<void> {
    return this.thread.dispose()
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
