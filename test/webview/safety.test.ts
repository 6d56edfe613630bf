// What must not be saved by accident: keys meant for a note, for another place, for what was shown
// before.
import { describe, expect, test } from 'vitest'
import type { Failure } from '../../src/shared/errors'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, task, taskOf, tasks } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

/** As VS Code does when another tab is shown and this one again: the field has lost the focus. */
async function leaveAndComeBack(): Promise<void> {
  await editor.page.evaluate(() => {
    window.dispatchEvent(new Event('blur'))
    const { activeElement } = document
    if (activeElement instanceof HTMLElement) activeElement.blur()
    window.dispatchEvent(new Event('focus'))
  })
}

describe('while a note is open', () => {
  const field = (): ReturnType<Editor['page']['getByRole']> =>
    editor.page.getByRole('textbox', { name: 'Note' })

  test('it has the focus again after another tab was shown', async () => {
    editor = await open(new FakeHost(curation(), tasks(4)))
    await editor.press('n')
    await editor.page.keyboard.type('Response 1 is')
    await leaveAndComeBack()
    await editor.page.keyboard.type(' the best')
    expect(await field().inputValue()).toBe('Response 1 is the best')
    expect(editor.host.annotations()).toEqual([])
  })

  test('what is typed elsewhere goes to it, and decides nothing', async () => {
    editor = await open(new FakeHost(curation(), tasks(4)))
    await editor.press('n')
    await editor.page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await editor.page.keyboard.type('tbs1')
    expect(await field().inputValue()).toBe('tbs1')
    await editor.page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await editor.press('Control+z')
    await editor.settle()
    expect(editor.host.asked.map(({ method }) => method)).toEqual(['ready'])
  })
})

test('the field for a place has the focus again after another tab was shown', async () => {
  editor = await open(new FakeHost(curation(), tasks(4)))
  await editor.button('Prompt 1 of 4').click()
  const field = editor.page.getByRole('spinbutton', { name: 'Go to prompt' })
  await expect.poll(() => field.evaluate((input) => document.activeElement === input)).toBe(true)
  await leaveAndComeBack()
  await editor.press('3')
  await editor.settle()
  expect(editor.host.annotations()).toEqual([])
  expect(await field.evaluate((input) => document.activeElement === input)).toBe(true)
})

test('a selection that appeared by itself takes no decision for a fifth of a second', async () => {
  editor = await open(new FakeHost(curation({ counts: { selected: 1 } }), []), { clock: true })
  await editor.page.getByRole('heading', { name: 'All labelled' }).waitFor()
  await editor.page.clock.pauseAt(Date.now() + 3_600_000)
  editor.host.replaceTasks(tasks(2))
  await editor.page.getByRole('heading', { name: 'Prompt 1 of 2' }).waitFor()
  await editor.page.clock.runFor(150)
  await editor.press('1')
  await editor.announced('This selection has just appeared: nothing was saved.')
  expect(editor.host.annotations()).toEqual([])
  await editor.page.clock.runFor(100)
  await editor.press('1')
  await editor.announced('Saved: 1 is better.')
  await editor.press('2')
  await editor.announced('Saved: 2 is better.')
})

describe('undo', () => {
  test('keeps the note as the draft of the next decision', async () => {
    editor = await open(new FakeHost(curation(), tasks(3)))
    await editor.press('n')
    await editor.page.keyboard.type('worth keeping')
    await editor.press('Escape')
    await editor.press('1')
    await editor.announced('Prompt 2 of')
    await editor.press('u')
    await editor.announced('Undone. Prompt 1 of')
    await editor.page.getByText('worth keeping').waitFor()
    await editor.page.reload()
    await editor.page.getByText('worth keeping').waitFor()
    await editor.press('2')
    await editor.announced('Prompt 2 of')
    expect(editor.host.annotations().map(({ note }) => note)).toEqual([
      'worth keeping',
      'worth keeping',
    ])
  })
})

test('a ranking that is half made survives a reload, and goes with its decision', async () => {
  editor = await open(
    new FakeHost(curation(), [taskOf(['a', 'b', 'c']), task(1, { selectionId: 'other' })]),
  )
  await editor.press('r')
  await editor.press('2')
  await editor.page.getByText('Place 1').waitFor()
  await editor.page.reload()
  await editor.page.getByText('Place 1').waitFor()
  await editor.press('3')
  await editor.announced('Saved: 2, then 3, then 1.')
  expect(editor.host.annotations()[0]?.preference).toMatchObject({
    tiers: [['candidate-2'], ['candidate-3'], ['candidate-1']],
  })
  await editor.press('ArrowLeft')
  await editor.page.getByRole('article', { name: 'Response 2' }).getByText('Preferred').waitFor()
})

describe('while the curation file is broken', () => {
  const failure: Failure = {
    code: 'bad-input',
    message: 'Unknown key "lamda".',
    where: 'helpful.aepo.json',
  }

  test('the last numbers and the task stay, nothing can be decided, and once it is mended nothing is left of the failure', async () => {
    editor = await open(new FakeHost(curation({ counts: { annotated: 33 } }), tasks(4)))
    editor.host.break(failure)
    const alert = editor.page.getByRole('alert')
    await alert.getByText('Unknown key "lamda".').waitFor()
    const state = editor.page.getByRole('list', { name: 'State of the curation' })
    expect(await state.innerText()).toContain('33')
    expect(await state.evaluate((list) => list.matches('.stale, .stale *'))).toBe(true)
    await editor.page.getByRole('heading', { name: 'Prompt 1 of 4' }).waitFor()
    for (const name of ['Tie', 'Skip'])
      await expect.poll(() => editor.button(name).isDisabled()).toBe(true)
    for (const key of ['1', 't', 'b']) await editor.press(key)
    await editor.settle()
    expect(editor.host.annotations()).toEqual([])
    await editor.press('ArrowRight')
    await alert.first().waitFor()
    editor.host.mend()
    await alert.first().waitFor({ state: 'detached' })
    expect(await state.evaluate((list) => list.matches('.stale, .stale *'))).toBe(false)
    await editor.press('1')
    await expect.poll(() => editor.host.annotations().length).toBe(1)
  })

  test('no number is told that was never read', async () => {
    editor = await open(new FakeHost(curation(), []))
    editor.host.break(failure)
    await editor.page.getByRole('heading', { name: 'This curation cannot be shown yet' }).waitFor()
    expect(await editor.page.getByText('0 prompts').count()).toBe(0)
  })
})
