// An embedder of batches on a thread of its own.
import type { Log } from '../log'
import { canStartThread, ModelThread } from '../runtime/modelThread'
import { threadScript } from '../runtime/threadScript'
import type { BatchEmbedder, EmbeddingSetup, TextBatch } from './batchEmbedder'

/** What the thread does for the engine's main thread. */
export type EmbeddingSide = {
  requests: {
    /** Whether the graph itself pools. */
    load: [null, boolean]
    embed: [TextBatch, Float32Array[]]
    dispose: [null, null]
  }
  notifications: Record<never, never>
}

/** Without it there is one session, in this thread. */
const SCRIPT = threadScript('embedding')

export const canStartThreads = (): boolean => canStartThread(SCRIPT)

export class EmbeddingThread implements BatchEmbedder {
  private readonly thread: ModelThread<EmbeddingSide, boolean>

  constructor(setup: EmbeddingSetup, log: Log, script = SCRIPT) {
    this.thread = new ModelThread({
      script,
      setup,
      load: (peer) => peer.request('load', null),
      dispose: (peer) => peer.request('dispose', null),
      log,
    })
  }

  /** @throws FailureError as `GraphEmbedder.load`. After a failure the next call tries again. */
  async start(): Promise<boolean> {
    return (await this.thread.started()).loaded
  }

  async embed(batch: TextBatch, signal: AbortSignal): Promise<Float32Array[]> {
    const { peer } = await this.thread.started()
    return peer.request('embed', batch, { signal })
  }

  dispose(): Promise<void> {
    return this.thread.dispose()
  }
}
