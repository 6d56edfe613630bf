// Reading prompts and responses: raw text, long prompts, guidelines, wide code, the list of keys, what the guard left out.
import { expect, test } from 'vitest'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, task, taskOf, tasks } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

test('m shows the raw text, and Markdown again', async () => {
  editor = await open(new FakeHost(curation(), [taskOf(['a **bold** word', 'b'])]))
  await editor.page.locator('strong', { hasText: 'bold' }).waitFor()
  await editor.press('m')
  await editor.page.getByText('a **bold** word').waitFor()
  await editor.button('Raw text').click()
  await editor.page.locator('strong', { hasText: 'bold' }).waitFor()
})

test('p unfolds a long prompt', async () => {
  editor = await open(new FakeHost(curation(), [task(2)]))
  const height = (): Promise<number> => editor.page.locator('#prompt-turns').evaluate((turns) => turns.clientHeight)
  const folded = await height()
  await editor.press('p')
  await editor.button('Show less').waitFor()
  expect(await height()).toBeGreaterThan(2 * folded)
})

test('g shows the guidelines', async () => {
  editor = await open(new FakeHost(curation({ guidelines: 'Prefer the *honest* one.' }), tasks(1)))
  await editor.press('g')
  await editor.page.getByRole('region', { name: 'Guidelines' }).getByText('honest').waitFor()
})

test('? lists the keys; the list has the keyboard to itself and gives it back', async () => {
  editor = await open(new FakeHost(curation(), tasks(4)))
  await editor.press('?')
  await editor.page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await editor.press('1')
  await editor.press('Escape')
  await editor.page.getByRole('dialog').waitFor({ state: 'hidden' })
  expect(editor.host.annotations()).toEqual([])
  await editor.press('1')
  await editor.announced('Prompt 2 of')
})

test('the list of keys begins at its title, however little room there is', async () => {
  editor = await open(new FakeHost(curation(), tasks(1)), { zoom: 4 })
  await editor.press('?')
  const dialog = editor.page.getByRole('dialog', { name: 'Keys' })
  await dialog.waitFor()
  expect(await dialog.evaluate(({ scrollTop, scrollHeight, clientHeight }) => ({ scrollTop, scrolls: scrollHeight > clientHeight }))).toEqual({ scrollTop: 0, scrolls: true })
  await editor.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
})

test('more responses than digits: each has its button, and only keys that exist are told', async () => {
  const texts = Array.from({ length: 12 }, (_, index) => `answer ${index + 1}`)
  const digits = Array.from({ length: 9 }, (_, index) => String(index + 1))
  editor = await open(new FakeHost(curation(), [taskOf(texts), task(1)]))
  const bar = editor.page.getByRole('region', { name: 'Decision' })
  const best = bar.getByRole('button', { name: / is best$/ })
  expect(await best.evaluateAll((buttons) => buttons.map((one) => one.getAttribute('aria-keyshortcuts')))).toEqual([...digits, null, null, null])
  expect(await bar.locator('kbd').allInnerTexts()).toEqual([...digits, 't', 'b', 's', 'r', 'u'])
  await editor.press('?')
  await editor.page.getByText('1 … 9').waitFor()
  await editor.press('Escape')
  await editor.button('12 is best').click()
  await editor.announced('Saved: 12 is best.')
  expect(editor.host.annotations()[0]?.preference).toMatchObject({ tiers: [['candidate-12'], { length: 11 }] })
})

test('arrow keys scroll a code block that has the focus', async () => {
  editor = await open(new FakeHost(curation(), [taskOf(['```\n' + 'wide '.repeat(200) + '\n```', 'b']), task(1)]))
  await editor.page.locator('.card pre').first().focus()
  await editor.press('ArrowRight')
  await expect.poll(() => editor.page.locator('.card pre').first().evaluate((block) => block.scrollLeft)).toBeGreaterThan(0)
  expect(editor.host.asked.map(({ method }) => method)).toEqual(['ready'])
})

test('what the guard left out is told', async () => {
  editor = await open(new FakeHost(curation(), tasks(4)))
  await editor.page.getByText('2 of 32 candidates left out: 1 duplicate, 1 looping').waitFor()
})
