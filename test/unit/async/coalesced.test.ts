// Requests for the same work share runs, and a run is followed by a rest.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Coalesced } from '../../../src/async/coalesced'

/** What a run takes. */
const RUN = 100
const REST = 4

let began: number[]
let work: Coalesced

beforeEach(() => {
  vi.useFakeTimers()
  began = []
  const start = performance.now()
  work = new Coalesced(async () => {
    began.push(performance.now() - start)
    await new Promise((resolve) => setTimeout(resolve, RUN))
  }, REST)
})
afterEach(() => vi.useRealTimers())

it('runs at once, and once more for all requests during a run and its rest', async () => {
  work.request()
  expect(began).toEqual([0])
  await vi.advanceTimersByTimeAsync(RUN / 2)
  work.request()
  work.request()
  await vi.advanceTimersByTimeAsync(RUN)
  work.request()
  await vi.advanceTimersByTimeAsync(RUN * REST)
  expect(began).toEqual([0, RUN * (1 + REST)])
  await vi.advanceTimersByTimeAsync(RUN * 100)
  expect(began).toHaveLength(2)
  work.request()
  expect(began).toHaveLength(3)
})

it('rests no longer once someone waits for it, and runs what was requested', async () => {
  work.request()
  await vi.advanceTimersByTimeAsync(RUN)
  work.request()
  const settled = work.settled()
  await vi.advanceTimersByTimeAsync(0)
  expect(began).toEqual([0, RUN])
  await vi.advanceTimersByTimeAsync(RUN)
  await settled
  expect(began).toHaveLength(2)
  work.request()
  expect(began).toEqual([0, RUN, 2 * RUN])
})

it('settles at once in a rest with nothing requested', async () => {
  work.request()
  await vi.advanceTimersByTimeAsync(RUN)
  await work.settled()
  expect(began).toEqual([0])
})
