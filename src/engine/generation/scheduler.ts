// Continuous batching: candidates of all prompts share one batch, and the next candidate starts as
// soon as a row finishes.
// Invariant I9.
import * as l10n from '@vscode/l10n'
import { failureError } from '../../shared/errors'
import type { Drawing, Drawn, RowDraw } from '../drawing/rows'
import { asFailure } from '../runtime/outOfMemory'
import type { KvCache, Prefilled } from './kvCache'
import { attributed, notNumbers } from './promptFault'
import type { SampleJob, SampleQueue } from './sampleJob'
import { Throughput } from './throughput'

interface ActiveJob<P> {
  job: SampleJob
  prefilled: P | undefined
  /** Candidates that have not started. */
  waiting: { index: number; seed: number }[]
  unfinished: number
  tokens: number
  /** Why the job must end early. */
  failure: unknown
  resolve: () => void
  reject: (reason: unknown) => void
}

interface Row<P> {
  active: ActiveJob<P>
  index: number
  seed: number
  tokens: number[]
  logprob: number
  seen: Set<number>
}

const NOTHING_SEEN = new Set<number>()

/** Runs jobs in order of arrival, with as many rows at once as the cache has room for. */
export class Scheduler<P extends Prefilled, L = Float32Array> implements SampleQueue {
  private readonly cache: KvCache<P, L>
  private readonly drawing: Drawing<L | Float32Array>
  private readonly throughput: Throughput
  private jobs: ActiveJob<P>[] = []
  private rows: Row<P>[] = []
  private running = false

  /** @param now returns milliseconds; used for the rate only. */
  constructor(
    cache: KvCache<P, L>,
    drawing: Drawing<L | Float32Array>,
    now = () => performance.now(),
  ) {
    this.cache = cache
    this.throughput = new Throughput(now)
    this.drawing = drawing
  }

  /**
   * Resolves when all candidates are finished. Rejects with `cancelled` within one step of the
   * abort of the job's signal, with `prompt-refused` if the model's logits are not finite, and
   * with the error of a failed run of the graph.
   */
  submit(job: SampleJob): Promise<void> {
    return new Promise((resolve, reject) => {
      this.jobs.push({
        job,
        prefilled: undefined,
        waiting: [...job.candidates],
        unfinished: job.candidates.length,
        tokens: 0,
        failure: undefined,
        resolve,
        reject,
      })
      if (!this.running) void this.run()
    })
  }

  private async run(): Promise<void> {
    this.running = true
    this.throughput.restart()
    while (this.jobs.length > 0) {
      try {
        this.endEarly()
        await this.admit()
        if (this.rows.length > 0)
          await this.sample(
            await this.cache.step(Int32Array.from(this.rows, ({ tokens }) => tokens.at(-1)!)),
          )
        this.report()
      } catch (thrown) {
        this.rows = []
        this.cache.clear()
        for (const active of [...this.jobs]) this.abandon(active, asFailure(thrown))
      }
    }
    this.cache.clear()
    this.running = false
  }

  /** Ends the jobs that are cancelled or have failed. */
  private endEarly(): void {
    for (const active of [...this.jobs]) {
      if (active.job.signal.aborted)
        this.abandon(active, failureError('cancelled', l10n.t('Cancelled.')))
      else if (active.failure !== undefined) this.abandon(active, active.failure)
    }
  }

  /**
   * Starts waiting candidates while there is room for their rows. A prompt is computed when its
   * first candidate starts.
   */
  private async admit(): Promise<void> {
    for (;;) {
      const active = this.jobs.find(
        ({ waiting, unfinished }) => waiting.length > 0 || unfinished === 0,
      )
      if (!active) return
      if (active.unfinished === 0) this.finish(active)
      else if (!(await this.admitSome(active))) return
    }
  }

  /** Starts candidates of one job; returns false if there is no room for any. */
  private async admitSome(active: ActiveJob<P>): Promise<boolean> {
    const limit = active.job.prompt.length + active.job.maxNewTokens
    const room = this.cache.room(limit)
    if (room === 0) return false
    const prefilled = await this.prefill(active)
    if (!prefilled) return true
    const rows = await this.start(active, prefilled, room)
    if (active.failure !== undefined) {
      this.abandon(active, active.failure)
      return true
    }
    if (rows.length > 0) await this.cache.admit(prefilled, rows.length, limit)
    this.rows.push(...rows)
    if (active.waiting.length === 0) this.release(active)
    return true
  }

  /** Returns undefined if the job ended instead. */
  private async prefill(active: ActiveJob<P>): Promise<P | undefined> {
    try {
      if (active.prefilled) return active.prefilled
      const { prompt, signal } = active.job
      active.prefilled = await this.cache.prefill(prompt, signal, () => this.nextPrompt(active))
      active.job.onPrompt?.(active.prefilled.logits)
      return active.prefilled
    } catch (thrown) {
      this.abandon(active, await attributed(thrown, this.cache, active.job))
      return undefined
    }
  }

  private nextPrompt(active: ActiveJob<P>): readonly number[] | undefined {
    const next = this.jobs.find(
      (other) => other !== active && other.waiting.length > 0 && !other.prefilled,
    )
    return next?.job.prompt
  }

  /**
   * Samples the first token of waiting candidates until `room` rows are unfinished; returns these
   * rows.
   */
  private async start(active: ActiveJob<P>, { logits }: P, room: number): Promise<Row<P>[]> {
    const { job, waiting } = active
    const started: Row<P>[] = []
    while (started.length < room && waiting.length > 0 && active.failure === undefined) {
      const rows = waiting.splice(0, room - started.length).map((candidate): Row<P> => {
        const seen = job.sampling.repetitionPenalty === 1 ? NOTHING_SEEN : new Set(job.prompt)
        return { active, ...candidate, tokens: [], logprob: 0, seen }
      })
      const drawn = await this.drawing.draw(
        logits,
        rows.map((row) => drawFor(row, 0)),
      )
      started.push(...rows.filter((row, i) => this.extend(row, drawn[i])))
    }
    return started
  }

  private async sample(logits: L): Promise<void> {
    const drawn = await this.drawing.draw(logits, this.rows.map(drawFor))
    for (let i = this.rows.length - 1; i >= 0; i--) {
      if (!this.extend(this.rows[i]!, drawn[i])) this.dropRow(i)
    }
  }

  /**
   * Adds the drawn token to `row`; returns false if that finished the row. Without a token, the job
   * fails.
   */
  private extend(row: Row<P>, drawn: Drawn): boolean {
    const { active, tokens, seed, index, seen } = row
    const { job } = active
    if (!drawn) active.failure ??= notNumbers(job.where)
    if (!drawn || active.failure !== undefined) return true // endEarly drops the row
    const { token, logprob } = drawn
    row.logprob += logprob
    active.tokens++
    this.throughput.count(1)
    const ended = job.endTokens.has(token)
    const tokenCount = tokens.length + 1
    if (!ended) {
      tokens.push(token)
      if (seen !== NOTHING_SEEN) seen.add(token)
      if (tokenCount < job.maxNewTokens) {
        job.onTokens?.(index, tokens)
        return true
      }
    }
    job.onCandidate({
      index,
      seed,
      tokens,
      finishReason: ended ? 'stop' : 'length',
      tokenCount,
      logprob: row.logprob,
    })
    if (--active.unfinished === 0) this.finish(active)
    return false
  }

  private report(): void {
    const rate = this.throughput.due()
    if (rate !== undefined) for (const { job, tokens } of this.jobs) job.onRate(tokens, rate)
  }

  private finish(active: ActiveJob<P>): void {
    this.remove(active)
    active.resolve()
  }

  private abandon(active: ActiveJob<P>, reason: unknown): void {
    for (let i = this.rows.length - 1; i >= 0; i--)
      if (this.rows[i]?.active === active) this.dropRow(i)
    this.remove(active)
    active.reject(reason)
  }

  private remove(active: ActiveJob<P>): void {
    this.jobs = this.jobs.filter((other) => other !== active)
    active.waiting = []
    this.release(active)
  }

  /** The last row takes the index of the dropped one, as in the cache. */
  private dropRow(index: number): void {
    const last = this.rows.pop()!
    if (index < this.rows.length) this.rows[index] = last
    this.cache.drop(index)
  }

  private release(active: ActiveJob<P>): void {
    if (active.prefilled) this.cache.release(active.prefilled)
    active.prefilled = undefined
  }
}

function drawFor({ active, seed, tokens, seen }: Row<Prefilled>, row: number): RowDraw {
  return { row, settings: active.job.sampling, seed, position: tokens.length, seen }
}
