// Another selection from each pool, once all is labelled.
import { expect, test } from 'vitest'
import type { Counts } from '../../src/shared/curationViews'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, tasks } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

async function openDone(counts: Partial<Counts>, k = 2): Promise<void> {
  const selection = { method: 'aepo', k, lambda: 0.5, guard: true } as const
  editor = await open(
    new FakeHost(curation({ settings: { selection }, counts: { annotated: 80, ...counts } }), []),
  )
  await editor.page.getByRole('heading', { name: 'All labelled' }).waitFor()
}

test('is offered with the number of pools, by button and key', async () => {
  await openDone({ another: 80, anotherForAllBad: 3 })
  await editor.button('Another pair from each of 80 pools').click()
  await editor.press('a')
  await editor.button('Other responses for 3 prompts marked all bad').click()
  await editor.press('x')
  await expect
    .poll(() => editor.host.actions())
    .toEqual(['selectAnother', 'selectAnother', 'selectForAllBad', 'selectForAllBad'])
})

test('names what it selects by its number of responses', async () => {
  await openDone({ another: 1 }, 3)
  await editor.button('Another selection from each of 1 pool').waitFor()
  expect(await editor.page.getByRole('button', { name: 'marked all bad' }).count()).toBe(0)
})

test('is not offered where nothing unseen is left, nor while a selection is open', async () => {
  await openDone({ another: 0 })
  expect(await editor.page.getByRole('button', { name: 'Another' }).count()).toBe(0)
  await editor.press('a')
  editor.host.replaceTasks(tasks(2))
  editor.host.count({ another: 3 })
  await editor.announced('Prompt 1 of')
  await editor.press('a')
  await editor.settle()
  expect(editor.host.actions()).toEqual([])
})
