// Work under way on a curation: one piece at a time, stopped, failed, shown.
import { expect, test, vi } from 'vitest'
import { failureError } from '../../../src/shared/errors'
import { type Work, WorkSlot } from '../../../src/host/work'

const untilStopped: Work = (signal) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })

test('a second piece does not begin while one is under way', async () => {
  const slot = new WorkSlot(() => undefined)
  const first = slot.run(untilStopped)
  const second = vi.fn<Work>()
  expect(await slot.run(second)).toBe('busy')
  expect(second).not.toHaveBeenCalled()
  expect(slot.isBusy).toBe(true)
  slot.stop()
  await first
  expect(slot.isBusy).toBe(false)
})

test('a stop is no failure, and says what was stopped', async () => {
  const slot = new WorkSlot(() => undefined)
  const done = slot.run(untilStopped)
  expect(await slot.stopped()).toBe(untilStopped)
  expect(await done).toBe('stopped')
  expect(slot.failure).toBeNull()
  expect(await slot.stopped()).toBeNull()
})

test('a failure is thrown and kept until other work begins', async () => {
  const slot = new WorkSlot(() => undefined)
  const failing = slot.run(() => Promise.reject(failureError('disk-full', 'The disk is full.')))
  await expect(failing).rejects.toThrow('The disk is full.')
  expect(slot.failure?.code).toBe('disk-full')
  expect(await slot.run(() => Promise.resolve())).toBe('done')
  expect(slot.failure).toBeNull()
})

test('activity lasts as long as the work, and each change is told', async () => {
  const seen: (string | null)[] = []
  const slot = new WorkSlot(() => seen.push(slot.activity?.sentence ?? null))
  await slot.run(() => {
    slot.showActivity({
      kind: 'select',
      sentence: 'Prompt 1 of 2',
      done: 0,
      total: 2,
      tokensPerSecond: null,
      secondsLeft: null,
    })
    return Promise.resolve()
  })
  expect(seen).toContain('Prompt 1 of 2')
  expect(seen.at(-1)).toBeNull()
})
