// Ranking all responses of a selection, one number after the other, in a real browser.
import { beforeEach, expect, test } from 'vitest'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, taskOf } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

beforeEach(async () => {
  const host = new FakeHost(curation({ counts: { selected: 1 } }), [taskOf(['a', 'b', 'c'])])
  editor = await open(host)
})

test('r ranks all: numbers from best to worst, the last is implied', async () => {
  await editor.press('r')
  await editor.press('2')
  await editor.page.getByText('Place 1').waitFor()
  expect(editor.host.annotations()).toEqual([])
  await editor.press('3')
  await editor.page.getByRole('heading', { name: 'All labelled' }).waitFor()
  expect(editor.host.annotations()[0]?.preference).toEqual({
    kind: 'ranking',
    tiers: [['candidate-2'], ['candidate-3'], ['candidate-1']],
  })
})

test.each(['r', 'Escape'])('%s leaves the ranking', async (key) => {
  await editor.press('r')
  await editor.press('2')
  await editor.page.getByText('Place 1').waitFor()
  await editor.press(key)
  await editor.page.getByText('Place 1').waitFor({ state: 'detached' })
})
