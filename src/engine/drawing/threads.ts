// Draws tokens on several threads. A draw is a pure function of its row, so the result does not
// depend on the thread.
// Invariant I9.
import { existsSync } from 'node:fs'
import os from 'node:os'
import { Worker } from 'node:worker_threads'
import { TokenSampler } from '../../core/sampling/tokenSampler'
import { inChunks } from '../chunks'
import { threadScript } from '../runtime/threadScript'
import { type Drawing, type Drawn, drawRows, type RowDraw } from './rows'

/** Without it, the calling thread draws all rows. */
const SCRIPT = threadScript('drawing')
/** With more threads, memory bandwidth is the limit. */
const MAX_THREADS = 8
/** Number of logits whose draws take longer than a message to a thread. */
const MIN_LOGITS_PER_THREAD = 200_000

/** The rows that one worker draws, as sent to it. */
export interface ThreadShare {
  logits: Float32Array
  rows: readonly RowDraw[]
}

export class DrawingThreads implements Drawing {
  private readonly sampler: TokenSampler
  /** Threads to use, the calling one included. */
  private maxThreads: number
  /** Started when first needed. */
  private helpers: Helper[] = []

  /** @param threads the calling thread included; 0 means one per core. */
  constructor(
    vocabularySize: number,
    threads: number,
    private readonly script = SCRIPT,
  ) {
    this.sampler = new TokenSampler(vocabularySize)
    this.maxThreads = existsSync(script)
      ? Math.min(threads || os.availableParallelism(), MAX_THREADS)
      : 1
  }

  async draw(logits: Float32Array, rows: readonly RowDraw[]): Promise<Drawn[]> {
    const size = rows.length * this.sampler.vocabularySize
    const useful = Math.floor(size / MIN_LOGITS_PER_THREAD)
    const perThread = Math.ceil(rows.length / Math.max(1, Math.min(this.maxThreads, useful)))
    const [own = [], ...others] = inChunks(rows, perThread)
    const helpers = this.helpersFor(others.length)
    const shares = helpers.map((helper, i) => this.drawBy(helper, logits, others[i]!))
    const drawn = drawRows(this.sampler, logits, own)
    return [drawn, ...(await Promise.all(shares))].flat()
  }

  async dispose(): Promise<void> {
    await Promise.all(this.helpers.splice(0).map((helper) => helper.stop()))
  }

  private helpersFor(count: number): Helper[] {
    while (this.helpers.length < count)
      this.helpers.push(new Helper(this.script, this.sampler.vocabularySize))
    return this.helpers.slice(0, count)
  }

  /** If the thread dies, its rows are drawn on the calling thread, and it is not replaced. */
  private async drawBy(
    helper: Helper,
    logits: Float32Array,
    rows: readonly RowDraw[],
  ): Promise<Drawn[]> {
    try {
      return await helper.draw(logits, rows)
    } catch {
      this.helpers = this.helpers.filter((other) => other !== helper)
      this.maxThreads--
      return drawRows(this.sampler, logits, rows)
    }
  }
}

/** A worker thread; draws one share at a time. */
class Helper {
  private readonly worker: Worker
  /** The logits of a share, in shared memory. */
  private logits: Float32Array = new Float32Array(0)
  private pending:
    { resolve: (drawn: Drawn[]) => void; reject: (reason: Error) => void } | undefined
  private failure: Error | undefined

  constructor(
    script: string,
    private readonly vocabularySize: number,
  ) {
    this.worker = new Worker(script, { workerData: vocabularySize })
    this.worker.unref()
    this.worker.on('message', (drawn: Drawn[]) => this.pending?.resolve(drawn))
    this.worker.on('error', (error: Error) => this.fail(error))
    this.worker.on('exit', () => this.fail(new Error('The thread has ended.')))
  }

  async draw(logits: Float32Array, rows: readonly RowDraw[]): Promise<Drawn[]> {
    if (this.failure) throw this.failure
    const share = this.shareOf(logits, rows)
    this.worker.ref()
    try {
      return await new Promise((resolve, reject) => {
        this.pending = { resolve, reject }
        this.worker.postMessage(share)
      })
    } finally {
      this.worker.unref()
    }
  }

  private fail(error: Error): void {
    this.failure ??= error
    this.pending?.reject(error)
  }

  /** Copies the logits from the first to the last row that is drawn from. */
  private shareOf(logits: Float32Array, rows: readonly RowDraw[]): ThreadShare {
    const numbers = rows.map(({ row }) => row)
    const first = Math.min(...numbers)
    const wanted = logits.subarray(
      first * this.vocabularySize,
      (Math.max(...numbers) + 1) * this.vocabularySize,
    )
    if (this.logits.length < wanted.length)
      this.logits = new Float32Array(new SharedArrayBuffer(wanted.byteLength))
    this.logits.set(wanted)
    return { logits: this.logits, rows: rows.map((draw) => ({ ...draw, row: draw.row - first })) }
  }

  stop(): Promise<number> {
    return this.worker.terminate()
  }
}
