// Continuous batching on a cache that computes nothing: which rows run, in which order, and what
// ends them.
import { describe, expect, it } from 'vitest'
import { DrawingThreads } from '../../src/engine/drawing/threads'
import type { KvCache, Prefilled } from '../../src/engine/generation/kvCache'
import {
  type FinishedCandidate,
  type SampleJob,
  Scheduler,
} from '../../src/engine/generation/scheduler'
import { toFailure } from '../../src/shared/errors'
import { never } from './support/models'

const END = 9
const VOCABULARY = 10
const drawing = new DrawingThreads(VOCABULARY, 1)

interface Prompt extends Prefilled {
  name: number
}

/**
 * A model whose next token is (first prompt token + tokens so far), and END after `first prompt
 * token` tokens. Keeps what happened.
 */
class CountingCache implements KvCache<Prompt> {
  private live: { name: number; length: number }[] = []
  readonly sizes: number[] = []
  readonly prefills: number[] = []
  readonly released: number[] = []
  cleared = 0
  failAtStep = Infinity
  onStep: () => void = () => undefined
  fault = 'the graph failed'
  /** Logits of this prompt's rows of so many tokens are no numbers. */
  broken = { name: NaN, length: NaN }

  constructor(private readonly most: number) {}

  get rows(): number {
    return this.live.length
  }

  async prefill([name = 0]: readonly number[], signal: AbortSignal): Promise<Prompt> {
    await new Promise(setImmediate)
    signal.throwIfAborted()
    this.prefills.push(name)
    return { name, length: 1, logits: this.logitsFor({ name, length: 0 }) }
  }

  room(): number {
    return this.most - this.live.length
  }

  admit({ name }: Prompt, count: number): Promise<void> {
    for (let i = 0; i < count; i++) this.live.push({ name, length: 1 })
    if (this.live.length > this.most) throw new Error('too many rows')
    return Promise.resolve()
  }

  drop(row: number): void {
    const last = this.live.pop()
    if (last && row < this.live.length) this.live[row] = last
  }

  async step(tokens: Int32Array): Promise<Float32Array> {
    await new Promise(setImmediate)
    this.onStep()
    if (this.sizes.push(this.live.length) > this.failAtStep) throw new Error(this.fault)
    const logits = new Float32Array(this.live.length * VOCABULARY)
    this.live.forEach((row, i) => {
      expect(tokens[i]).toBe((row.name + row.length - 1) % END)
      logits.set(this.logitsFor(row), i * VOCABULARY)
      row.length++
    })
    return logits
  }

  release({ name }: Prompt): void {
    this.released.push(name)
  }

  clear(): void {
    this.live = []
    this.cleared++
  }

  private logitsFor({ name, length }: { name: number; length: number }): Float32Array {
    if (name === this.broken.name && length === this.broken.length)
      return new Float32Array(VOCABULARY).fill(NaN)
    return new Float32Array(VOCABULARY)
      .fill(-Infinity)
      .fill(
        0,
        length === name ? END : (name + length) % END,
        length === name ? END + 1 : ((name + length) % END) + 1,
      )
  }
}

interface Finished extends FinishedCandidate {
  name: number
}

function job(
  name: number,
  candidates: number,
  finished: Finished[],
  options: Partial<SampleJob> = {},
): SampleJob {
  return {
    prompt: [name],
    candidates: Array.from({ length: candidates }, (_, index) => ({ index, seed: index })),
    sampling: { temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 },
    maxNewTokens: 50,
    endTokens: new Set([END]),
    signal: never,
    where: 'the model',
    onCandidate: (candidate) => finished.push({ ...candidate, name }),
    onRate: () => undefined,
    ...options,
  }
}

const code = (thrown: unknown): string => toFailure(thrown).code

describe('Scheduler', () => {
  it('fills freed rows with the next candidates, also of other prompts, until all are done', async () => {
    const cache = new CountingCache(4)
    const scheduler = new Scheduler(cache, drawing)
    const finished: Finished[] = []
    await Promise.all([
      scheduler.submit(job(3, 3, finished)),
      scheduler.submit(job(6, 3, finished)),
      scheduler.submit(job(2, 2, finished)),
    ])
    expect(finished.map(({ name, index }) => `${name}.${index}`).sort()).toEqual([
      '2.0',
      '2.1',
      '3.0',
      '3.1',
      '3.2',
      '6.0',
      '6.1',
      '6.2',
    ])
    expect(cache.sizes).toEqual([4, 4, 4, 4, 4, 4, 3, 2, 2])
    expect(cache.prefills).toEqual([3, 6, 2])
    expect(cache.released.sort()).toEqual([2, 3, 6])
  })

  it('gives tokens without the end token and counts with it', async () => {
    const finished: Finished[] = []
    await new Scheduler(new CountingCache(2), drawing).submit(job(3, 1, finished))
    expect(finished).toEqual([
      {
        name: 3,
        index: 0,
        seed: 0,
        tokens: [3, 4, 5],
        finishReason: 'stop',
        tokenCount: 4,
        logprob: 0,
      },
    ])
  })

  it('cuts at the most new tokens', async () => {
    const finished: Finished[] = []
    const cache = new CountingCache(2)
    await new Scheduler(cache, drawing).submit(job(5, 1, finished, { maxNewTokens: 2 }))
    expect(finished).toMatchObject([{ tokens: [5, 6], finishReason: 'length', tokenCount: 2 }])
    expect(cache.sizes).toEqual([1])
  })

  it('takes no row for a candidate that its first token ends', async () => {
    const finished: Finished[] = []
    const cache = new CountingCache(1)
    await new Scheduler(cache, drawing).submit(job(0, 5, finished))
    expect(finished.map(({ tokens, finishReason }) => [tokens.length, finishReason])).toEqual(
      new Array(5).fill([0, 'stop']),
    )
    expect(cache.sizes).toEqual([])
  })

  it('resolves at once when nothing is wanted', async () => {
    const cache = new CountingCache(1)
    await new Scheduler(cache, drawing).submit(job(4, 0, []))
    expect(cache.prefills).toEqual([])
  })

  it('cancels one job and finishes the others, whatever the step', async () => {
    for (let after = 1; after <= 6; after++) {
      const controller = new AbortController()
      const cache = new CountingCache(3)
      const scheduler = new Scheduler(cache, drawing)
      const finished: Finished[] = []
      const onCandidate = (candidate: FinishedCandidate): void => {
        finished.push({ ...candidate, name: 2 })
        if (finished.filter(({ name }) => name === 2).length === after) controller.abort()
      }
      const cancelled = scheduler
        .submit(job(7, 4, finished, { signal: controller.signal }))
        .then(() => 'done', code)
      await scheduler.submit(job(2, 8, finished, { onCandidate }))
      expect(await cancelled).toBe('cancelled')
      expect(finished.filter(({ name }) => name === 2)).toHaveLength(8)
      expect(cache.rows).toBe(0)
    }
  })

  it('rejects a job that was cancelled before it began', async () => {
    const cache = new CountingCache(3)
    await expect(
      new Scheduler(cache, drawing)
        .submit(job(7, 4, [], { signal: AbortSignal.abort() }))
        .catch(code),
    ).resolves.toBe('cancelled')
    expect(cache.prefills).toEqual([])
  })

  it('tells all jobs of a run that failed, frees the rows, and works again', async () => {
    const cache = new CountingCache(3)
    cache.failAtStep = 2
    const scheduler = new Scheduler(cache, drawing)
    const outcomes = await Promise.allSettled([
      scheduler.submit(job(5, 2, [])),
      scheduler.submit(job(6, 2, [])),
    ])
    expect(
      outcomes.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason) : 'done')),
    ).toEqual(new Array(2).fill('Error: the graph failed'))
    expect(cache.rows).toBe(0)
    cache.failAtStep = Infinity
    const finished: Finished[] = []
    await scheduler.submit(job(2, 2, finished))
    expect(finished).toHaveLength(2)
  })

  it.each([0, 3])(
    'fails only the job whose logits are no numbers, after %i tokens, with a failure that names the model',
    async (length) => {
      const cache = new CountingCache(4)
      cache.broken = { name: 6, length }
      const scheduler = new Scheduler(cache, drawing)
      const finished: Finished[] = []
      const jobs = [
        scheduler.submit(job(5, 3, finished)),
        scheduler.submit(job(6, 5, finished)),
        scheduler.submit(job(4, 3, finished)),
      ]
      const outcomes = await Promise.allSettled(jobs)
      expect(
        outcomes.map((outcome) =>
          outcome.status === 'rejected' ? toFailure(outcome.reason) : 'done',
        ),
      ).toEqual([
        'done',
        {
          code: 'bad-input',
          message: 'The model computes values that are not numbers.',
          where: 'the model',
          remedy: 'Choose another device, or another model.',
        },
        'done',
      ])
      expect(finished.map(({ name, index }) => `${name}.${index}`).sort()).toEqual([
        '4.0',
        '4.1',
        '4.2',
        '5.0',
        '5.1',
        '5.2',
      ])
      expect(cache.rows).toBe(0)
    },
  )

  it('reports a quarter of a second apart how many tokens a job has and how many come per second in all', async () => {
    let milliseconds = 0
    const cache = new CountingCache(3)
    cache.onStep = () => (milliseconds += 100)
    const scheduler = new Scheduler(cache, drawing, () => milliseconds)
    const rates: [at: number, tokens: number, tokensPerSecond: number][] = []
    const onRate = (tokens: number, tokensPerSecond: number): number =>
      rates.push([milliseconds, tokens, tokensPerSecond])
    await Promise.all([
      scheduler.submit(job(8, 2, [], { onRate })),
      scheduler.submit(job(8, 1, [])),
    ])
    expect(rates).toEqual([
      [300, 8, 40],
      [600, 14, 35],
    ])
  })

  it.each([
    'Array buffer allocation failed',
    'std::bad_alloc',
    'Failed to allocate memory for requested buffer of size 1',
  ])('tells a lack of memory from other faults: %s', async (fault) => {
    const cache = new CountingCache(3)
    cache.failAtStep = 0
    cache.fault = fault
    expect(await new Scheduler(cache, drawing).submit(job(5, 2, [])).then(() => 'done', code)).toBe(
      'out-of-memory',
    )
  })

  it('frees the memory of the cache when it has nothing to do', async () => {
    const cache = new CountingCache(3)
    const scheduler = new Scheduler(cache, drawing)
    for (const times of [1, 2]) {
      await scheduler.submit(job(2, 2, []))
      await expect.poll(() => cache.cleared).toBe(times)
    }
  })
})
