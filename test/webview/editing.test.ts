// Rewriting a response in a real browser: choosing it, writing, what is saved and what is kept.
import { expect, test } from 'vitest'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, tasks } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

async function openTasks(): Promise<void> {
  editor = await open(new FakeHost(curation({ counts: { selected: 4 } }), tasks(4)))
}

const first = 'candidate-1-1'
const second = 'candidate-1-2'
const written = 'Dear Ms Keller, three questions.'
const field = (): ReturnType<Editor['page']['getByRole']> =>
  editor.page.getByRole('textbox', { name: 'Your text' })

async function beginEdit(): Promise<void> {
  await openTasks()
  await editor.press('e')
  await editor.button('2 Edit this one').waitFor()
  await editor.press('2')
  await field().waitFor()
}

test('an edit is chosen by its number, written, saved by Ctrl+Enter as the best one', async () => {
  await beginEdit()
  expect(await field().inputValue()).toBe(tasks(1)[0]?.responses[1]?.text)
  await field().fill(written)
  await editor.press('Control+Enter')
  await editor.announced('Saved: 2 is better, edited. Prompt 2 of 4')
  expect(editor.host.annotations()).toMatchObject([
    {
      preference: { kind: 'ranking', tiers: [[second], [first]] },
      edit: { candidateId: second, text: written },
    },
  ])
})

test('an edit takes what is typed as text, wherever the focus is', async () => {
  await beginEdit()
  await field().fill('Keys: ')
  await editor.page.evaluate(() => (document.activeElement as HTMLElement).blur())
  await editor.page.keyboard.type('1tbs')
  expect(await field().inputValue()).toContain('1tbs')
  expect(editor.host.annotations()).toEqual([])
})

test('an edit that is left is kept, and said to be unsaved', async () => {
  await beginEdit()
  await field().fill(written)
  await editor.press('Escape')
  await editor.page.getByText('edit not saved').waitFor()
  await editor.press('ArrowRight')
  await editor.announced('Prompt 2 of 4')
  await editor.press('ArrowLeft')
  await editor.announced('Prompt 1 of 4')
  await editor.press('e')
  expect(await field().inputValue()).toBe(written)
})

test('an edit that is left unchanged leaves nothing behind', async () => {
  await beginEdit()
  await editor.press('Escape')
  await field().waitFor({ state: 'detached' })
  expect(await editor.page.getByText('edit not saved').count()).toBe(0)
})

test('an edit without a change only prefers', async () => {
  await beginEdit()
  await editor.press('Control+Enter')
  await editor.announced('Saved: 2 is better. Prompt 2 of 4')
  expect(editor.host.annotations()[0]).not.toHaveProperty('edit')
})

test('an edit without a text cannot be saved', async () => {
  await beginEdit()
  await field().fill(' ')
  await expect.poll(() => editor.button('Save and Prefer').isDisabled()).toBe(true)
  await editor.press('Control+Enter')
  await editor.settle()
  expect(editor.host.annotations()).toEqual([])
})

test('an edit is shown with what was sampled, and comes back with its undo', async () => {
  await beginEdit()
  await field().fill(written)
  await editor.button('Save and Prefer').click()
  await editor.announced('Prompt 2 of 4')
  await editor.press('ArrowLeft')
  await editor.page.getByText(written).waitFor()
  await editor.page.getByText('As sampled').waitFor()
  await editor.press('u')
  await editor.announced('Undone. Prompt 1 of 4')
  await editor.press('e')
  expect(await field().inputValue()).toBe(written)
})

test('an edit stays with a decision whose note is saved later', async () => {
  await beginEdit()
  await field().fill(written)
  await editor.press('Control+Enter')
  await editor.announced('Prompt 2 of 4')
  await editor.press('ArrowLeft')
  await editor.announced('Prompt 1 of 4')
  await editor.press('n')
  await editor.page.keyboard.type('mine')
  await editor.press('Escape')
  await editor.announced('Note saved.')
  expect(editor.host.annotations().at(-1)).toMatchObject({
    note: 'mine',
    edit: { candidateId: second, text: written },
  })
})

test.each(['e', 'Escape'])('an edit is left by %s before a response is chosen', async (key) => {
  await openTasks()
  await editor.press('e')
  await editor.button('1 Edit this one').waitFor()
  await editor.press(key)
  await editor.button('1 Prefer').waitFor()
  await editor.press('1')
  await editor.announced('Saved: 1 is better. Prompt 2 of 4')
})
