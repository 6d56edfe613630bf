// Labelling in a real browser: every key and every button, what a key must not do, and what reaches
// the host.
import { describe, expect, test } from 'vitest'
import type { Preference } from '../../src/shared/domain'
import type { Task } from '../../src/shared/curationViews'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, response, task, tasks, taskOf } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

async function openTasks(all = tasks(4)): Promise<void> {
  editor = await open(new FakeHost(curation({ counts: { selected: all.length } }), all))
}

const first = 'candidate-1-1'
const second = 'candidate-1-2'
const DECISIONS: { keys: string[]; button: string; preference: Preference; said: string }[] = [
  {
    keys: ['1', 'Numpad1'],
    button: '1 Prefer',
    preference: { kind: 'ranking', tiers: [[first], [second]] },
    said: 'Saved: 1 is better.',
  },
  {
    keys: ['2'],
    button: '2 Prefer',
    preference: { kind: 'ranking', tiers: [[second], [first]] },
    said: 'Saved: 2 is better.',
  },
  { keys: ['t', '0'], button: 'Tie', preference: { kind: 'tie' }, said: 'Saved: tie.' },
  {
    keys: ['b'],
    button: 'All bad',
    preference: { kind: 'allBad' },
    said: 'Saved: all bad.',
  },
  { keys: ['s'], button: 'Skip', preference: { kind: 'skip' }, said: 'Saved: skipped.' },
]

describe.each(DECISIONS)('$button', ({ keys, button, preference, said }) => {
  const check = async (): Promise<void> => {
    await editor.announced(`${said} Prompt 2 of 4`)
    expect(editor.host.annotations()).toMatchObject([
      { selectionId: 'selection-1', preference, shownOrder: [first, second], note: '' },
    ])
  }

  test.each(keys)('by the key %s', async (key) => {
    await openTasks()
    await editor.press(key)
    await check()
  })

  test('by its button', async () => {
    await openTasks()
    await editor.button(button).click()
    await check()
  })
})

test('the number of a third response names the best of three, the others stay tied', async () => {
  await openTasks([taskOf(['a', 'b', 'c'])])
  await editor.press('3')
  await editor.page.getByRole('heading', { name: 'All labelled' }).waitFor()
  expect(editor.host.annotations()[0]?.preference).toEqual({
    kind: 'ranking',
    tiers: [['candidate-3'], ['candidate-1', 'candidate-2']],
  })
})

test('a number beyond the responses decides nothing', async () => {
  await openTasks()
  await editor.press('3')
  await editor.press('9')
  await editor.settle()
  expect(editor.host.annotations()).toEqual([])
})

test('a held number key decides once', async () => {
  await openTasks()
  for (let times = 0; times < 4; times++) await editor.page.keyboard.down('1')
  await editor.announced('Prompt 2 of 4')
  await editor.page.keyboard.down('1')
  await editor.settle()
  expect(editor.host.annotations()).toHaveLength(1)
})

test('a held Enter on a button decides once', async () => {
  await openTasks()
  await editor.button('Tie').focus()
  for (let times = 0; times < 4; times++) await editor.page.keyboard.down('Enter')
  await editor.announced('Prompt 2 of 4')
  await editor.page.keyboard.down('Enter')
  await editor.page.keyboard.up('Enter')
  await editor.settle()
  expect(editor.host.annotations()).toHaveLength(1)
})

test.each(['Control+1', 'Alt+1', 'Meta+1', 'Control+b', 'Alt+ArrowRight', 'Control+s'])(
  '%s is left to VS Code',
  async (keys) => {
    await openTasks()
    await editor.page.evaluate(() =>
      addEventListener(
        'keydown',
        (event) => (document.body.dataset['reached'] = `${event.key} ${event.defaultPrevented}`),
      ),
    )
    await editor.press(keys)
    await editor.settle()
    expect(editor.host.asked.map(({ method }) => method)).toEqual(['ready'])
    expect(await editor.page.evaluate(() => document.body.dataset['reached'])).toBe(
      `${keys.split('+')[1]} false`,
    )
  },
)

test('while an annotation is on its way, keys and buttons do nothing', async () => {
  await openTasks()
  const release = editor.host.hold('annotate')
  await editor.press('1')
  await editor.page.getByText('Saving…').waitFor()
  for (const key of ['2', 't', 'u', 'ArrowRight']) await editor.press(key)
  await editor.button('Skip').click()
  release()
  await editor.announced('Prompt 2 of 4')
  await editor.settle()
  expect(editor.host.asked.map(({ method }) => method)).toEqual(['ready', 'annotate'])
})

describe('undo', () => {
  test.each(['u', 'Control+z', 'Meta+z'])(
    'by %s shows the selection again, undecided, and keeps the press from VS Code',
    async (keys) => {
      await openTasks()
      await editor.page.evaluate(() =>
        addEventListener('keydown', (event) => (document.body.dataset['reached'] = event.key)),
      )
      await editor.press('1')
      await editor.announced('Prompt 2 of 4')
      await editor.press(keys)
      await editor.announced('Undone. Prompt 1 of 4')
      expect(await editor.page.getByText('Preferred').count()).toBe(0)
      expect(
        await editor.page.evaluate(() => document.body.dataset['reached'] ?? 'nothing'),
      ).not.toMatch(/u|z/)
    },
  )

  test('by its button, to the very first', async () => {
    await openTasks()
    await editor.press('1')
    await editor.announced('Prompt 2 of 4')
    await editor.press('t')
    await editor.announced('Prompt 3 of 4')
    await editor.button('Undo').click()
    await editor.announced('Undone. Prompt 2 of 4')
    await editor.button('Undo').click()
    await editor.announced('Undone. Prompt 1 of 4')
    await editor.press('u')
    await editor.announced('Nothing to undo.')
  })
})

describe('going back and forth', () => {
  test('by arrow keys and buttons, to both ends', async () => {
    await openTasks(tasks(2))
    await editor.press('ArrowRight')
    await editor.announced('Prompt 2 of 2')
    await editor.press('ArrowRight')
    await editor.announced('This is the last one.')
    await editor.button('Previous').click()
    await editor.announced('Prompt 1 of 2')
    await editor.press('ArrowLeft')
    await editor.announced('This is the first one.')
    await editor.button('Next').click()
    await editor.announced('Prompt 2 of 2')
  })

  test('shows an earlier decision and takes another', async () => {
    await openTasks()
    await editor.press('1')
    await editor.announced('Prompt 2 of 4')
    await editor.press('ArrowLeft')
    await editor.announced('Prompt 1 of 4 Labelled: 1 is better.')
    await editor.page.getByRole('article', { name: 'Response 1' }).getByText('Preferred').waitFor()
    await expect.poll(() => editor.button('1 Prefer').getAttribute('aria-pressed')).toBe('true')
    await editor.press('2')
    await editor.announced('Saved: 2 is better. Prompt 2 of 4')
    expect(editor.host.annotations().map(({ selectionId }) => selectionId)).toEqual([
      'selection-1',
      'selection-1',
    ])
  })

  test('tells where a response came from once the host does', async () => {
    const decided = task(0, { preference: { kind: 'tie' }, total: 1 })
    decided.responses[0] = response(first, 'text', { origin: 'GPT-2' })
    await openTasks([decided, task(1)])
    await editor.press('ArrowLeft')
    await editor.page.getByText('GPT-2').waitFor()
  })
})

describe('going far', () => {
  const some = (): Task[] =>
    tasks(5).map((one) => (one.position === 2 ? one : { ...one, preference: { kind: 'tie' } }))

  test.each([
    ['Home', 'First', 'Prompt 1 of 5', 'This is the first one.'],
    ['End', 'Last', 'Prompt 5 of 5', 'This is the last one.'],
    ['o', 'Next to label', 'Prompt 3 of 5', 'This is the next one to label.'],
  ])('%s and the button %s lead to %s', async (key, button, place, same) => {
    await openTasks(some())
    await editor.press('ArrowRight')
    await editor.announced('Prompt 4 of 5')
    await editor.press(key)
    await editor.announced(place)
    await editor.press(key)
    await editor.announced(same)
    await editor.press(key === 'End' ? 'ArrowLeft' : 'ArrowRight')
    await editor.page.getByRole('heading', { name: place }).waitFor({ state: 'detached' })
    await editor.page
      .getByRole('heading', { name: / of 5$/ })
      .getByRole('button')
      .click()
    await editor.button(button).click()
    await editor.announced(place)
    await editor.page.getByRole('dialog', { name: 'Go to prompt' }).waitFor({ state: 'hidden' })
  })

  test('the place itself takes a number, in a field that has the keyboard to itself', async () => {
    await openTasks(some())
    await editor.button('Prompt 3 of 5').click()
    const field = editor.page.getByRole('spinbutton', { name: 'Go to prompt' })
    await expect.poll(() => field.evaluate((input) => document.activeElement === input)).toBe(true)
    expect(await field.inputValue()).toBe('3')
    await editor.press('5')
    await editor.press('Enter')
    await editor.announced('Prompt 5 of 5')
    await field.waitFor({ state: 'hidden' })
    await editor.button('Prompt 5 of 5').click()
    await editor.press('Backspace')
    await editor.button('Go').click()
    await editor.press('Escape')
    await field.waitFor({ state: 'hidden' })
    expect(editor.host.asked.map(({ method }) => method)).toEqual(['ready', 'task'])
    await editor.press('Home')
    await editor.announced('Prompt 1 of 5')
  })

  test('without an open selection o shows the end, from where all ways lead back', async () => {
    await openTasks(tasks(3).map((one) => ({ ...one, preference: { kind: 'tie' } })))
    await editor.press('End')
    await editor.announced('Prompt 3 of 3')
    await editor.press('o')
    await editor.announced('No selection is left to label.')
    await editor.page.getByRole('heading', { name: 'All labelled' }).waitFor()
    await editor.press('Home')
    await editor.announced('Prompt 1 of 3')
  })
})

test('milliseconds count from the moment the selection is shown', async () => {
  editor = await open(new FakeHost(curation(), tasks(4)), { clock: true })
  await editor.page.clock.runFor(5_000)
  await editor.press('1')
  await editor.announced('Prompt 2 of')
  await editor.page.clock.runFor(2_000)
  await editor.press('1')
  await editor.announced('Prompt 3 of')
  const [slow, quick] = editor.host.annotations().map(({ milliseconds }) => milliseconds)
  expect(slow).toBeGreaterThanOrEqual(5_000)
  expect(quick).toBeGreaterThanOrEqual(2_000)
  expect(quick).toBeLessThan(5_000)
})
