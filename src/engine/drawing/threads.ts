// Draws tokens on several threads: which thread draws a row changes nothing, since a draw is a pure
// function of its row.
import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { TokenSampler } from '../../core/sampling/tokenSampler'
import { inChunks } from '../chunks'
import { type Drawing, type Drawn, drawRows, type RowDraw } from './rows'

/** Beside the bundled engine; where it is not, one thread does all. */
const SCRIPT = path.join(path.dirname(fileURLToPath(import.meta.url)), 'drawing.js')
/** Past this, threads wait for memory. */
const MOST_THREADS = 8
/** Logits that are worth a message to a thread. */
const FEWEST_LOGITS = 200_000

/** A share of the rows, as it is sent to a thread. */
export interface Share {
  logits: Float32Array
  rows: readonly RowDraw[]
}

export class DrawingThreads implements Drawing {
  private readonly sampler: TokenSampler
  private most: number
  /** Started when there is enough to draw. */
  private helpers: Helper[] = []

  /** @param threads 0 is one per core; the calling thread is one of them. */
  constructor(
    vocabularySize: number,
    threads: number,
    private readonly script = SCRIPT,
  ) {
    this.sampler = new TokenSampler(vocabularySize)
    this.most = existsSync(script)
      ? Math.min(threads || os.availableParallelism(), MOST_THREADS)
      : 1
  }

  async draw(logits: Float32Array, rows: readonly RowDraw[]): Promise<Drawn[]> {
    const worthy = Math.floor((rows.length * this.sampler.vocabularySize) / FEWEST_LOGITS)
    const perThread = Math.ceil(rows.length / Math.max(1, Math.min(this.most, worthy)))
    const [own = [], ...others] = inChunks(rows, perThread)
    const helpers = this.helpersFor(others.length)
    const shares = helpers.map((helper, i) => this.drawBy(helper, logits, others[i] ?? []))
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

  /** A share whose thread dies is drawn here, and no thread takes its place. */
  private async drawBy(
    helper: Helper,
    logits: Float32Array,
    rows: readonly RowDraw[],
  ): Promise<Drawn[]> {
    try {
      return await helper.draw(logits, rows)
    } catch {
      this.helpers = this.helpers.filter((other) => other !== helper)
      this.most--
      return drawRows(this.sampler, logits, rows)
    }
  }
}

/** One thread, which draws one share at a time. */
class Helper {
  private readonly worker: Worker
  /** Memory that both threads see, for the logits of a share. */
  private logits: Float32Array = new Float32Array(0)
  private pending:
    { resolve: (drawn: Drawn[]) => void; reject: (reason: Error) => void } | undefined
  private end: Error | undefined

  constructor(
    script: string,
    private readonly vocabularySize: number,
  ) {
    this.worker = new Worker(script, { workerData: vocabularySize })
    this.worker.unref()
    this.worker.on('message', (drawn: Drawn[]) => this.pending?.resolve(drawn))
    this.worker.on('error', (error: Error) => this.ended(error))
    this.worker.on('exit', () => this.ended(new Error('The thread has ended.')))
  }

  async draw(logits: Float32Array, rows: readonly RowDraw[]): Promise<Drawn[]> {
    if (this.end) throw this.end
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

  private ended(why: Error): void {
    this.end ??= why
    this.pending?.reject(why)
  }

  /** Copies the rows from the first to the last that is drawn from. */
  private shareOf(logits: Float32Array, rows: readonly RowDraw[]): Share {
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
