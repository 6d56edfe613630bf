// The button that lets edited prompts keep their labels: what is offered, and what is kept.
import { beforeEach, expect, test, vi } from 'vitest'
import type { Curation } from '../../../src/curation/curation'
import type { CommandServices } from '../../../src/host/commands/command'
import { keepLabelsOfEdited } from '../../../src/host/commands/keepLabels'
import { CurationFolder } from '../curation/support/curationFolder'
import { decide, taskAt } from '../curation/support/labelling'

interface Offered {
  label: string
  description: string
  detail: string
}

const window = vi.hoisted(() => ({
  showQuickPick: vi.fn<(items: unknown[]) => Promise<unknown[] | undefined>>(),
  showInformationMessage: vi.fn<(message: string) => void>(),
}))
vi.mock('vscode', () => ({ window }))

let folder: CurationFolder

beforeEach(async () => {
  vi.clearAllMocks()
  folder = new CurationFolder(['one', 'two', 'three'], { sampling: { n: 4 } })
  const curation = await folder.generated()
  for (const place of [0, 1, 2]) await decide(curation, taskAt(curation, place))
  await curation.dataSet.settled()
})

/** @returns how often the curation was read again. */
async function run(curation: Curation): Promise<number> {
  const reload = vi.fn(() => Promise.resolve())
  const document = { open: () => Promise.resolve(curation), reload }
  const curations = { pick: () => Promise.resolve(document) }
  await keepLabelsOfEdited({ curations } as unknown as CommandServices, undefined)
  return reload.mock.calls.length
}

test('offers each edited prompt with a response to it, and keeps what is picked', async () => {
  folder.ask(['one', 'TWO', 'THREE'])
  window.showQuickPick.mockImplementation((items) => Promise.resolve(items.slice(0, 1)))
  expect(await run(await folder.open())).toBe(1)
  const [items] = window.showQuickPick.mock.calls[0] as unknown as [Offered[]]
  expect(items.map(({ label, description }) => [label, description])).toEqual([
    ['TWO', 'line 2 (candidates: 4, labels: 1)'],
    ['THREE', 'line 3 (candidates: 4, labels: 1)'],
  ])
  expect(items[0]?.detail).toMatch(/^answer number \d+/)
  expect((await folder.open()).orphans).toMatchObject({ prompts: 1, annotations: 1 })
})

test('keeps nothing when nothing is picked', async () => {
  folder.ask(['one', 'TWO', 'three'])
  window.showQuickPick.mockResolvedValue(undefined)
  expect(await run(await folder.open())).toBe(0)
  expect((await folder.open()).orphans).toMatchObject({ prompts: 1 })
})

test('says so where nothing can be offered', async () => {
  folder.ask(['one', 'three'])
  expect(await run(await folder.open())).toBe(0)
  expect(window.showQuickPick).not.toHaveBeenCalled()
  expect(window.showInformationMessage).toHaveBeenCalledOnce()
})
