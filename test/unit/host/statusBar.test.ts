// The status bar item of work under way: a click shows the curation.
import { expect, test, vi } from 'vitest'
import type { Curations } from '../../../src/host/curations'
import { showActivity } from '../../../src/host/statusBar'

const item = {
  text: '',
  tooltip: '',
  command: undefined as { command: string; arguments: unknown[] } | undefined,
  show: vi.fn(),
  hide: vi.fn(),
  dispose: vi.fn(),
}

vi.mock('vscode', () => ({
  window: { createStatusBarItem: () => item },
  StatusBarAlignment: { Left: 1, Right: 2 },
  Disposable: { from: () => ({ dispose: () => undefined }) },
}))

test('a click shows the curation that is worked on, and never stops the work', () => {
  let changed: () => void = () => undefined
  const document = {
    uri: 'the curation',
    work: {
      activity: {
        kind: 'generate',
        sentence: 'Prompt 3 of 80',
        done: 5,
        total: 640,
        tokensPerSecond: 99.6,
        secondsLeft: 7,
      },
    },
  }
  let busy: typeof document | undefined = document
  showActivity({
    onChange: (listener: () => void) => (changed = listener),
    busy: () => busy,
  } as unknown as Curations)
  changed()
  expect(item.show).toHaveBeenCalled()
  expect(item.text).toBe('$(sync~spin) AEPO 5/640 · 100 tokens/s')
  expect(item.command).toMatchObject({
    command: 'aepo.openCuration',
    arguments: ['the curation'],
  })
  const before = item.command
  document.work.activity.done = 6
  changed()
  expect(item.text).toMatch('AEPO 6/640')
  expect(item.command).toBe(before) // a click between two changes would be lost
  busy = undefined
  changed()
  expect(item.hide).toHaveBeenCalled()
})
