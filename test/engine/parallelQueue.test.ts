// Jobs divided among several decoders that compute nothing: the same candidates as from one, and
// how jobs end.
import { describe, expect, it } from 'vitest'
import { sharesOf } from '../../src/engine/generation/decoders'
import { sessionsFor, threadShares } from '../../src/engine/models/sessionCount'
import { coresIn } from '../../src/engine/runtime/physicalCores'
import { type LazyDecoder, ParallelQueue } from '../../src/engine/generation/parallelQueue'
import type { SampleJob } from '../../src/engine/generation/sampleJob'
import { Scheduler } from '../../src/engine/generation/scheduler'
import { toFailure } from '../../src/shared/errors'
import { CountingCache, drawing, type Finished, job } from './support/countingCache'

class FakeDecoder implements LazyDecoder {
  readonly cache = new CountingCache(4)
  readonly jobs: SampleJob[] = []
  startFault: Error | undefined
  private readonly scheduler = new Scheduler(this.cache, drawing)

  start(): Promise<void> {
    return this.startFault ? Promise.reject(this.startFault) : Promise.resolve()
  }

  submit(given: SampleJob): Promise<void> {
    this.jobs.push(given)
    return this.scheduler.submit(given)
  }
}

type Three = [FakeDecoder, FakeDecoder, FakeDecoder]

function threeDecoders(): { decoders: Three; queue: ParallelQueue } {
  const decoders: Three = [new FakeDecoder(), new FakeDecoder(), new FakeDecoder()]
  return { decoders, queue: new ParallelQueue(decoders) }
}

const sizes = (decoders: readonly FakeDecoder[]): number[] =>
  decoders.map(({ jobs }) => jobs.reduce((sum, { candidates }) => sum + candidates.length, 0))

const message = (thrown: unknown): string => toFailure(thrown).message

describe('ParallelQueue', () => {
  it('gives the same candidates with three decoders as with one', async () => {
    const outcomes = []
    for (const decoders of [[new FakeDecoder()], threeDecoders().decoders] as const) {
      const queue = new ParallelQueue(decoders)
      const finished: Finished[] = []
      await Promise.all([
        queue.submit(job(3, 30, finished)),
        queue.submit(job(7, 5, finished)),
        queue.submit(job(5, 17, finished, { maxNewTokens: 3 })),
      ])
      expect(decoders.every(({ jobs }) => jobs.length > 0)).toBe(true)
      expect(decoders.every(({ cache }) => cache.rows === 0)).toBe(true)
      outcomes.push(finished.sort((a, b) => a.name - b.name || a.index - b.index))
    }
    expect(outcomes[1]).toEqual(outcomes[0])
    expect(outcomes[1]).toHaveLength(52)
  })

  it('divides evenly, and uses one decoder for few candidates or a long prompt', async () => {
    const { decoders, queue } = threeDecoders()
    await queue.submit(job(2, 4, []))
    expect(sizes(decoders)).toEqual([4, 0, 0])
    await queue.submit(job(2, 48, []))
    expect(sizes(decoders)).toEqual([20, 16, 16])
    const prompt = [2, ...Array<number>(200).fill(1)]
    await queue.submit(job(2, 48, [], { prompt, maxNewTokens: 10 }))
    expect(sizes(decoders)).toEqual([68, 16, 16])
    await queue.submit(job(2, 0, []))
  })

  it('divides a small job among idle decoders, and gives it to one beside other jobs', async () => {
    const { decoders, queue } = threeDecoders()
    await Promise.all([queue.submit(job(2, 8, [])), queue.submit(job(3, 8, []))])
    expect(sizes(decoders)).toEqual([4, 4, 8])
  })

  it('reports the logits of the prompt once, the tokens of all decoders, and the sum of rates', async () => {
    const { queue } = threeDecoders()
    let prompts = 0
    const onPrompt = (): number => prompts++
    const fake = (tokens: number, rate: number): LazyDecoder => ({
      start: () => Promise.resolve(),
      submit: ({ onRate }) => {
        onRate(tokens, rate)
        return Promise.resolve()
      },
    })
    await queue.submit(job(4, 24, [], { onPrompt }))
    expect(prompts).toBe(1)
    const rates: number[][] = []
    await new ParallelQueue([fake(10, 100), fake(5, 70)]).submit(
      job(4, 16, [], { onRate: (...rate) => rates.push(rate) }),
    )
    expect(rates).toEqual([
      [10, 100],
      [15, 170],
    ])
  })

  it('cancels one job in all decoders and finishes the others', async () => {
    const { decoders, queue } = threeDecoders()
    const controller = new AbortController()
    const finished: Finished[] = []
    const cancelled = queue
      .submit(job(8, 30, finished, { signal: controller.signal }))
      .then(() => 'done', message)
    const other = queue.submit(job(3, 30, finished))
    controller.abort()
    expect(await cancelled).toBe('Cancelled.')
    await other
    expect(finished.filter(({ name }) => name === 3)).toHaveLength(30)
    expect(finished.filter(({ name }) => name === 8)).toHaveLength(0)
    await queue.submit(job(2, 8, []))
    expect(decoders[0].jobs.at(-1)?.prompt).toEqual([2])
  })

  it('starts nothing of a job that is cancelled already', async () => {
    const { decoders, queue } = threeDecoders()
    const cancelled = queue.submit(job(8, 30, [], { signal: AbortSignal.abort() }))
    expect(await cancelled.then(() => 'done', message)).toBe('Cancelled.')
    await queue.submit(job(2, 8, []))
    expect(sizes(decoders)).toEqual([4, 4, 0])
  })

  it('fails the jobs of a decoder that fails, in all decoders, and accepts new ones', async () => {
    const { decoders, queue } = threeDecoders()
    decoders[1].cache.failAtStep = 2
    const finished: Finished[] = []
    const outcomes = await Promise.allSettled([
      queue.submit(job(8, 24, finished)),
      queue.submit(job(7, 8, finished)),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(outcomes[0]).toMatchObject({ reason: { message: 'the graph failed' } })
    await expect.poll(() => decoders.map(({ cache }) => cache.rows)).toEqual([0, 0, 0])
    decoders[1].cache.failAtStep = Infinity
    await queue.submit(job(2, 24, finished))
    expect(finished.filter(({ name }) => name === 2)).toHaveLength(24)
  })

  it('does without a decoder that does not start, unless it is the first', async () => {
    const { decoders, queue } = threeDecoders()
    decoders[2].startFault = new Error('no memory')
    const finished: Finished[] = []
    await queue.submit(job(3, 24, finished))
    await queue.submit(job(3, 32, finished))
    expect(finished).toHaveLength(56)
    expect(sizes(decoders)).toEqual([32, 24, 0])
    decoders[0].startFault = new Error('no file')
    expect(await queue.submit(job(3, 8, [])).then(() => 'done', message)).toBe('no file')
  })
})

describe('the number of sessions', () => {
  it.each([
    [1, 1e8, 64e9, 1],
    [2, 1e8, 64e9, 2],
    [3, 1e8, 64e9, 3],
    [64, 1e8, 64e9, 4],
    [64, 1e8, 8.2e9, 2],
    [64, 1e8, 2e9, 1],
    [16, 1e9, 64e9, 1],
  ])(
    'with %i threads, a graph of %d bytes and %d bytes of memory is %i',
    (threads, bytes, memory, count) => {
      expect(sessionsFor(threads, bytes, memory)).toBe(count)
    },
  )

  it('does not change the memory and the threads of all together', () => {
    const config = { kvCacheBytes: 1000, threads: 16, hubToken: () => 'stays in this thread' }
    expect(sharesOf(config, 3)).toEqual([
      { kvCacheBytes: 333, threads: 6 },
      { kvCacheBytes: 333, threads: 5 },
      { kvCacheBytes: 333, threads: 5 },
    ])
    expect(threadShares(2, 3)).toEqual([1, 1, 1])
    expect(threadShares(6, 4)).toEqual([2, 2, 1, 1])
  })

  it('counts the cores of a Linux machine, each once', () => {
    const processor = (socket: number, core: number): string =>
      `physical id\t: ${socket}\ncore id\t\t: ${core}\n`
    const places: [number, number][] = [
      [0, 0],
      [0, 1],
      [0, 0],
      [0, 1],
      [1, 0],
    ]
    expect(coresIn(places.map((place) => processor(...place)).join('\n'))).toBe(3)
    expect(coresIn('processor\t: 0\nBogoMIPS\t: 50.00\n')).toBe(0)
  })
})
