// Bounded concurrency: order, width, failures, cancellation.
import { describe, expect, it } from 'vitest'
import { forEachConcurrently } from '../../../src/async/concurrency'

const never = new AbortController().signal
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('forEachConcurrently', () => {
  it('runs in order, as many at once as the current width allows', async () => {
    const started: number[] = []
    let running = 0
    const atOnce: number[] = []
    await forEachConcurrently(
      [1, 2, 3, 4, 5, 6, 7],
      never,
      async (item) => {
        started.push(item)
        atOnce.push(++running)
        await turn()
        running--
      },
      { width: (finished) => 1 + finished },
    )
    expect(started).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(atOnce[0]).toBe(1)
    expect(Math.max(...atOnce)).toBeGreaterThan(1)
    atOnce.forEach((count, item) => expect(count).toBeLessThanOrEqual(1 + item))
  })

  it('starts nothing after a failure, and rejects with it when all started tasks have settled', async () => {
    const settled: number[] = []
    await expect(
      forEachConcurrently(
        [1, 2, 3, 4, 5],
        never,
        async (item, signal) => {
          await turn()
          if (item === 1) throw new Error('first')
          await new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => resolve(), { once: true })
            if (signal.aborted) resolve()
          })
          settled.push(item)
        },
        { width: () => 2 },
      ),
    ).rejects.toThrow('first')
    expect(settled).toEqual([2])
  })

  it('rejects when it is cancelled', async () => {
    const controller = new AbortController()
    const seen: number[] = []
    await expect(
      forEachConcurrently(
        [1, 2, 3],
        controller.signal,
        async (item) => {
          seen.push(item)
          controller.abort()
          await turn()
        },
        { width: () => 1 },
      ),
    ).rejects.toMatchObject({ name: 'AbortError' })
    expect(seen).toEqual([1])
  })
})
