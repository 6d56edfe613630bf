// Continuous batching on a cache that computes nothing: which rows run, in which order, and how
// jobs end.
import { describe, expect, it } from 'vitest'
import type { FinishedCandidate } from '../../src/engine/generation/sampleJob'
import { Scheduler } from '../../src/engine/generation/scheduler'
import { toFailure } from '../../src/shared/errors'
import { CountingCache, drawing, type Finished, job } from './support/countingCache'

const code = (thrown: unknown): string => toFailure(thrown).code

describe('Scheduler', () => {
  it('starts the next candidates, of any prompt, in the rows of finished ones', async () => {
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
    expect(cache.next).toEqual([6, 2, undefined])
    expect(cache.released.sort()).toEqual([2, 3, 6])
  })

  it('reports tokens without the end token, and a count with it', async () => {
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

  it('ends a candidate at maxNewTokens', async () => {
    const finished: Finished[] = []
    const cache = new CountingCache(2)
    await new Scheduler(cache, drawing).submit(job(5, 1, finished, { maxNewTokens: 2 }))
    expect(finished).toMatchObject([{ tokens: [5, 6], finishReason: 'length', tokenCount: 2 }])
    expect(cache.sizes).toEqual([1])
  })

  it('uses no row for a candidate that ends with its first token', async () => {
    const finished: Finished[] = []
    const cache = new CountingCache(1)
    await new Scheduler(cache, drawing).submit(job(0, 5, finished))
    expect(finished.map(({ tokens, finishReason }) => [tokens.length, finishReason])).toEqual(
      new Array(5).fill([0, 'stop']),
    )
    expect(cache.sizes).toEqual([])
  })

  it('resolves at once without candidates', async () => {
    const cache = new CountingCache(1)
    await new Scheduler(cache, drawing).submit(job(4, 0, []))
    expect(cache.prefills).toEqual([])
  })

  it('cancels one job at any step and finishes the others', async () => {
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

  it('rejects a job that was cancelled before it started', async () => {
    const cache = new CountingCache(3)
    await expect(
      new Scheduler(cache, drawing)
        .submit(job(7, 4, [], { signal: AbortSignal.abort() }))
        .catch(code),
    ).resolves.toBe('cancelled')
    expect(cache.prefills).toEqual([])
  })

  it('rejects all jobs after a failed run, frees the rows, and accepts new jobs', async () => {
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
    'fails only the job whose logits are NaN after %i tokens, and names the model',
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
          code: 'prompt-refused',
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

  it('reports the tokens of each job and the total rate every 250 ms', async () => {
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
  ])('recognises failed allocations: %s', async (fault) => {
    const cache = new CountingCache(3)
    cache.failAtStep = 0
    cache.fault = fault
    expect(await new Scheduler(cache, drawing).submit(job(5, 2, [])).then(() => 'done', code)).toBe(
      'out-of-memory',
    )
  })

  it('frees the memory of the cache when it is idle', async () => {
    const cache = new CountingCache(3)
    const scheduler = new Scheduler(cache, drawing)
    for (const times of [1, 2]) {
      await scheduler.submit(job(2, 2, []))
      await expect.poll(() => cache.cleared).toBe(times)
    }
  })
})
