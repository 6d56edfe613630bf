// Reading prompts and responses: raw text, long prompts, guidelines, wide code, the list of keys,
// what the guard left out.
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/shared/domain'
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

describe('a long prompt', () => {
  const DOCUMENT = Array.from(
    { length: 60 },
    (_, line) => `Line ${line + 1} of the document.`,
  ).join('\n')
  const turn = (role: Message['role'], content: string): Message => ({ role, content })

  test('is folded in the middle of its last turn: its beginning and its end stay in sight', async () => {
    editor = await open(
      new FakeHost(curation(), [
        task(0, {
          prompt: [
            turn('system', DOCUMENT),
            turn('user', `${DOCUMENT}\n\nWhat does it leave out?`),
          ],
        }),
      ]),
    )
    const lines = editor.page.locator('#prompt-turns .role')
    expect(await lines.allInnerTexts()).toEqual(['System', 'User'])
    // The first line of the system message, and of the last turn.
    expect(await inSight('Line 1 of the document.')).toBe(2)
    for (const text of ['Line 2 of the document.', 'What does it leave out?'])
      expect(await inSight(text), text).toBe(1)
    expect(await inSight('Line 30 of the document.')).toBe(0)
    await editor.button('⋯ 55 lines above').waitFor()
    const { height = 0 } = (await editor.page.locator('#prompt-turns').boundingBox()) ?? {}
    expect(height).toBeLessThan(240)
  })

  test('of many turns shows the system message, the latest turns to a line each, and how many are between', async () => {
    const between = Array.from({ length: 12 }, (_, index) =>
      turn(index % 2 === 0 ? 'user' : 'assistant', `${index + 1}. ${'said at length '.repeat(20)}`),
    )
    editor = await open(
      new FakeHost(curation(), [
        task(0, { prompt: [turn('system', 'Be brief.'), ...between, turn('user', 'And now?')] }),
      ]),
    )
    expect(await editor.page.locator('#prompt-turns .role').allInnerTexts()).toEqual([
      'System',
      'Assistant',
      'User',
      'Assistant',
      'User',
    ])
    await editor.page.getByText('… 9 turns between').waitFor()
    const heights = await editor.page
      .locator('.turn.earlier')
      .evaluateAll((turns) => turns.map(({ clientHeight }) => clientHeight))
    expect(Math.max(...heights)).toBeLessThan(30)
    await editor.button('Show all').click()
    await editor.button('Show less').waitFor()
    expect(await editor.page.locator('#prompt-turns .turn').count()).toBe(14)
  })

  test('whose last turn is short shows that whole', async () => {
    const code = '```\n' + DOCUMENT + '\n```'
    editor = await open(
      new FakeHost(curation(), [
        task(0, { prompt: [turn('system', code), turn('user', 'First line.\n\nSecond line.')] }),
      ]),
    )
    for (const text of ['First line.', 'Second line.']) expect(await inSight(text)).toBe(1)
    expect(await inSight('Line 9 of the document.')).toBe(0)
    // What has the focus is not hidden.
    await editor.page.locator('.turn.system pre').focus()
    await expect.poll(() => inSight('Line 9 of the document.')).toBe(1)
  })

  test('is unfolded by p, and stays so for the next prompt and after a reload', async () => {
    editor = await open(new FakeHost(curation(), [task(2), task(5)]))
    const height = (): Promise<number> =>
      editor.page.locator('#prompt-turns').evaluate((turns) => turns.clientHeight)
    const folded = await height()
    await editor.press('p')
    await editor.button('Show less').waitFor()
    expect(await height()).toBeGreaterThan(2 * folded)
    await editor.press('1')
    await editor.page.getByRole('heading', { name: 'Prompt 6 of' }).waitFor()
    expect(await height()).toBeGreaterThan(2 * folded)
    await editor.page.reload()
    await editor.button('Show less').click()
    await editor.button('Show all').waitFor()
    expect(await height()).toBe(folded)
  })

  /** How many lines of this text the prompt shows, unclipped. */
  function inSight(text: string): Promise<number> {
    return editor.page.locator('#prompt-turns').evaluate((turns, wanted) => {
      let found = 0
      const walker = document.createTreeWalker(turns, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.textContent?.indexOf(wanted) ?? -1
        const clip = node.parentElement?.closest('.turn-text')?.getBoundingClientRect()
        if (at < 0 || !clip) continue
        const range = document.createRange()
        range.setStart(node, at)
        range.setEnd(node, at + wanted.length)
        const { top, bottom } = range.getBoundingClientRect()
        if (top >= clip.top - 1 && bottom <= clip.bottom + 1) found++
      }
      return found
    }, text)
  }
})

test('raw text, differences and guidelines are kept from one prompt to the next and over a reload', async () => {
  editor = await open(new FakeHost(curation({ settings: { guidelines: 'Be kind.' } }), tasks(3)))
  const choices = ['Guidelines', 'Raw text', 'Differences']
  const pressed = (): Promise<(string | null)[]> =>
    Promise.all(choices.map((name) => editor.button(name).getAttribute('aria-pressed')))
  await editor.press('g')
  await editor.press('d')
  await editor.press('m')
  await expect.poll(pressed).toEqual(['false', 'true', 'true'])
  await editor.press('1')
  await editor.page.getByRole('heading', { name: 'Prompt 2 of' }).waitFor()
  expect(await pressed()).toEqual(['false', 'true', 'true'])
  await editor.page.reload()
  await editor.page.getByRole('heading', { name: 'Prompt 2 of' }).waitFor()
  expect(await pressed()).toEqual(['false', 'true', 'true'])
  await editor.press('m')
  await expect.poll(pressed).toEqual(['false', 'false', 'true'])
})

test('g hides and shows the guidelines', async () => {
  editor = await open(
    new FakeHost(curation({ settings: { guidelines: 'Prefer the *honest* one.' } }), tasks(1)),
  )
  const guidelines = editor.page.getByRole('region', { name: 'Guidelines' })
  await guidelines.getByText('honest').waitFor()
  await editor.press('g')
  await guidelines.waitFor({ state: 'hidden' })
  await editor.press('g')
  await guidelines.getByText('honest').waitFor()
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
  expect(
    await dialog.evaluate(({ scrollTop, scrollHeight, clientHeight }) => ({
      scrollTop,
      scrolls: scrollHeight > clientHeight,
    })),
  ).toEqual({ scrollTop: 0, scrolls: true })
  await editor.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
})

test('with room beside each other all keys are seen at once', async () => {
  editor = await open(new FakeHost(curation(), tasks(1)), { width: 900, height: 600 })
  await editor.press('?')
  const dialog = editor.page.getByRole('dialog', { name: 'Keys' })
  await dialog.waitFor()
  expect(await dialog.evaluate((one) => one.scrollHeight - one.clientHeight)).toBeLessThanOrEqual(0)
  const [previous, next] = await Promise.all(
    ['Previous prompt', 'Next prompt'].map((key) =>
      dialog.getByText(key, { exact: true }).boundingBox(),
    ),
  )
  expect(next?.y).toBe(previous?.y)
  expect(next?.x).toBeGreaterThan(previous?.x ?? Infinity)
})

test('more responses than digits: each has its button, and only keys that exist are told', async () => {
  const texts = Array.from({ length: 12 }, (_, index) => `answer ${index + 1}`)
  const digits = Array.from({ length: 9 }, (_, index) => String(index + 1))
  editor = await open(new FakeHost(curation(), [taskOf(texts), task(1)]))
  const best = editor.page.getByRole('button', { name: / Prefer$/ })
  expect(
    await best.evaluateAll((buttons) =>
      buttons.map((one) => one.getAttribute('aria-keyshortcuts')),
    ),
  ).toEqual([...digits, null, null, null])
  expect(await editor.page.locator('.card kbd').allInnerTexts()).toEqual(digits)
  const bar = editor.page.getByRole('region', { name: 'Your label' })
  expect(await bar.locator('kbd').allInnerTexts()).toEqual(['t', 'b', 's', 'r', 'e', 'u'])
  await editor.press('?')
  await editor.page.getByText('1 … 9').waitFor()
  await editor.press('Escape')
  await editor.button('12 Prefer').click()
  await editor.announced('Saved: 12 is best.')
  expect(editor.host.annotations()[0]?.preference).toMatchObject({
    tiers: [['candidate-12'], { length: 11 }],
  })
})

test('arrow keys scroll a code block that has the focus', async () => {
  editor = await open(
    new FakeHost(curation(), [taskOf(['```\n' + 'wide '.repeat(200) + '\n```', 'b']), task(1)]),
  )
  await editor.page.locator('.card pre').first().focus()
  await editor.press('ArrowRight')
  await expect
    .poll(() =>
      editor.page
        .locator('.card pre')
        .first()
        .evaluate((block) => block.scrollLeft),
    )
    .toBeGreaterThan(0)
  expect(editor.host.asked.map(({ method }) => method)).toEqual(['ready'])
})

test('what the guard left out is told', async () => {
  editor = await open(new FakeHost(curation(), tasks(4)))
  await editor.page.getByText('2 of 32 candidates left out: 1 duplicate, 1 looping').waitFor()
})
