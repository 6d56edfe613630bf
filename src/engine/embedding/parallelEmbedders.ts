// Several embedders of batches side by side on the cores of a CPU, or one. A vector depends on its
// batch alone, so it does not matter which one computes it.
import type { Log } from '../log'
import { sessionsHere, threadShares } from '../models/sessionCount'
import { physicalCores } from '../runtime/physicalCores'
import {
  type BatchEmbedder,
  type EmbeddingSetup,
  GraphEmbedder,
  type TextBatch,
} from './batchEmbedder'
import { canStartThreads, EmbeddingThread } from './embeddingThread'

/**
 * Per run: enough to use all threads, and so few that what is computed of them stays near a core. A
 * run takes well under a second.
 */
const TOKENS_PER_THREAD = 256
const MAX_TOKENS_PER_RUN = 2048

/** So that an embedder does not wait for the next batch. */
const BATCHES_EACH = 2

interface Member {
  embedder: BatchEmbedder
  /** Batches that it has. */
  batches: number
}

/** Embedders that share the threads of the setup; all but the first start when they are needed. */
export async function loadEmbedders(setup: EmbeddingSetup, log: Log): Promise<ParallelEmbedders> {
  const { stored, device } = setup
  if (device !== 'cpu')
    return new ParallelEmbedders([await GraphEmbedder.load(setup)], MAX_TOKENS_PER_RUN)
  const all = setup.threads || (await physicalCores())
  const count = canStartThreads() ? await sessionsHere(stored, all) : 1
  const shares = threadShares(all, count)
  const tokensPerRun = Math.min(Math.min(...shares) * TOKENS_PER_THREAD, MAX_TOKENS_PER_RUN)
  if (count === 1) return new ParallelEmbedders([await GraphEmbedder.load(setup)], tokensPerRun)
  log('debug', `${count} embedders share ${all} threads.`)
  const embedders = shares.map((threads) => new EmbeddingThread({ stored, device, threads }, log))
  return new ParallelEmbedders(embedders as [EmbeddingThread, ...EmbeddingThread[]], tokensPerRun)
}

export class ParallelEmbedders implements BatchEmbedder {
  private readonly first: Member
  private members: Member[]

  constructor(
    [first, ...others]: readonly [BatchEmbedder, ...BatchEmbedder[]],
    /** Tokens of a batch. */
    readonly tokensPerRun: number,
  ) {
    this.first = { embedder: first, batches: 0 }
    this.members = [this.first, ...others.map((embedder) => ({ embedder, batches: 0 }))]
  }

  /** How many batches keep all busy. */
  get width(): number {
    return this.members.length * BATCHES_EACH
  }

  /** Starts the first one. */
  start(): Promise<boolean> {
    return this.first.embedder.start()
  }

  /**
   * Gives the batch to the one with the fewest. If one other than the first does not start, the
   * remaining ones do its work from then on.
   */
  async embed(batch: TextBatch, signal: AbortSignal): Promise<Float32Array[]> {
    signal.throwIfAborted()
    const fewest = Math.min(...this.members.map(({ batches }) => batches))
    const member = this.members.find(({ batches }) => batches === fewest)!
    member.batches++
    try {
      if (member === this.first || (await this.starts(member)))
        return await member.embedder.embed(batch, signal)
    } finally {
      member.batches--
    }
    return this.embed(batch, signal)
  }

  async dispose(): Promise<void> {
    await Promise.all(this.members.map(({ embedder }) => embedder.dispose()))
  }

  /** Leaves it out if it does not start. */
  private async starts(member: Member): Promise<boolean> {
    try {
      await member.embedder.start()
      return true
    } catch {
      this.members = this.members.filter((other) => other !== member)
      return false
    }
  }
}
