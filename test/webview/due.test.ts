// Selections that are made when labelling gets to their prompts: what the page says until then.
import { expect, test } from 'vitest'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, task, tasks } from './harness/samples'
import { useEditors } from './harness/suite'
import { changeTheme } from './harness/themes'

const open = useEditors()
let editor: Editor

test('says that the next responses are being selected, not that all is labelled', async () => {
  const counts = { selected: 3, annotated: 3, due: 77 }
  editor = await open(new FakeHost(curation({ counts }), []))
  await editor.page
    .getByRole('heading', { name: 'The next responses are being selected' })
    .waitFor()
  for (const theme of ['Dark Modern', 'Light 2026'] as const) {
    await changeTheme(editor.page, theme)
    await editor.picture(`choosing-${theme.split(' ')[0] ?? ''}`)
  }
  await editor.page.setViewportSize({ width: 400, height: 700 })
  await editor.picture('choosing-narrow')
  await editor.button('More').click()
  await editor.page.getByText('3, 77 not selected yet').waitFor()
  await editor.picture('choosing-menu')
  editor.host.replaceTasks([task(3)])
  await editor.page.locator('.responses').waitFor()
})

test('goes to a prompt whose responses are selected when labelling gets to it', async () => {
  const host = new FakeHost(curation({ counts: { prompts: 6, due: 1 } }), tasks(5))
  host.leftOut.push({
    selectionId: null,
    isDue: true,
    promptId: 'due',
    position: 5,
    place: 1,
    excerpt: 'The one after these',
    decision: null,
    note: '',
    flagged: false,
    leftOut: null,
    removed: 0,
  })
  editor = await open(host)
  await editor.page.getByRole('tab', { name: 'Review' }).click()
  const row = editor.page.locator('.row').filter({ hasText: 'not reached yet' })
  await row.waitFor()
  await editor.picture('review-due')
  await editor.page.setViewportSize({ width: 400, height: 700 })
  await editor.picture('review-due-narrow')
  await row.click()
  await editor.page.locator('.responses').waitFor()
})

test('says where choosing failed, and tries again', async () => {
  const counts = { selected: 3, annotated: 3, due: 77 }
  const failure = { code: 'engine-died' as const, message: 'The engine ended.' }
  const host = new FakeHost(curation({ counts, obstacle: { failure, isPast: true } }), [])
  editor = await open(host)
  const heading = { name: 'The next responses could not be selected' }
  await editor.page.getByRole('heading', heading).waitFor()
  await editor.picture('choosing-failed')
  await editor.button('Try Again').click()
  await expect.poll(() => host.actions()).toEqual(['selectAgain'])
})
