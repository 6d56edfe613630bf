// Words that differ between responses: what is marked, how, and that no text makes the person wait.
import { describe, expect, test } from 'vitest'
import type { EditorHostSide, EditorWebviewSide, Task } from '../../src/shared/editorProtocol'
import { connect } from '../../src/shared/rpc'
import { differences, type Piece } from '../../webview-ui/differences'
import { Memory } from '../../webview-ui/memory'
import { keepEqual } from '../../webview-ui/sameTask'
import { Editor } from '../../webview-ui/editor'
import type { State } from '../../webview-ui/state'
import { Stopwatch } from '../../webview-ui/stopwatch'
import { FakeHost } from './harness/fakeHost'
import { curation, taskOf, tasks } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
const responses = (...texts: string[]): { candidateId: string; text: string; origin: null }[] =>
  texts.map((text, index) => ({ candidateId: String(index), text, origin: null }))
const marked = (pieces: Piece[] | null | undefined): string[] =>
  (pieces ?? []).filter(({ differs }) => differs).map(({ text }) => text.trim())
const whole = (pieces: Piece[] | null | undefined): string =>
  (pieces ?? []).map(({ text }) => text).join('')

describe('differences', () => {
  test.each<[string, string[], string[][]]>([
    ['one word of each', ['The red fox runs.', 'The grey fox runs.'], [['red'], ['grey']]],
    ['a sentence more', ['Yes.', 'Yes. It is so.'], [[], ['It is so.']]],
    ['the same', ['Just so.', 'Just so.'], [[], []]],
    [
      'neighbours as one, line by line',
      ['a\nold words here\n\nb', 'a\nsome new\ntext\n\nb'],
      [['old words here'], ['some new', 'text']],
    ],
    ['spaces alone', ['a  b\n\nc', 'a b c'], [[], []]],
    ['nothing on one side', ['', 'all of it'], [[], ['all of it']]],
    [
      'of three, each from the first',
      ['a big dog', 'a small dog', 'a big cat'],
      [[], ['small'], ['cat']],
    ],
  ])('%s', (_, texts, expected) => {
    const pieces = differences(responses(...texts))
    expect(pieces.map(marked)).toEqual(expected)
    expect(pieces.map(whole)).toEqual(texts)
  })

  test('are not looked for beyond bounds', () => {
    expect(differences(responses('x'.repeat(60_000), 'y'.repeat(60_000)))).toEqual([null, null])
    const words = (letter: string): string =>
      Array.from({ length: 9000 }, (_, index) => `${letter}${index}`).join(' ')
    expect(differences(responses(words('a'), words('b')))).toEqual([null, null])
  })
})

test('the key d marks them in raw text, for as long as the person wants, and m returns to Markdown', async () => {
  const editor = await open(
    new FakeHost(curation(), [
      taskOf(['Take **two** eggs.', 'Take **three** eggs.'], { selectionId: 'a' }),
      ...tasks(2).slice(1),
    ]),
  )
  const marks = editor.page.locator('.card mark')
  await editor.press('d')
  await marks.first().waitFor()
  expect(await marks.allInnerTexts()).toEqual(['two', 'three'])
  expect(await editor.page.locator('.card-text').allInnerTexts()).toEqual([
    'Take **two** eggs.',
    'Take **three** eggs.',
  ])
  for (const name of ['Differences', 'Raw text'])
    expect(await editor.button(name).getAttribute('aria-pressed')).toBe('true')
  const { decoration, colour, around } = await marks.first().evaluate((mark) => ({
    decoration: getComputedStyle(mark).textDecorationLine,
    colour: getComputedStyle(mark).color,
    around: getComputedStyle(mark.parentElement ?? mark).color,
  }))
  expect(decoration).toBe('underline')
  expect(colour).toBe(around)
  await editor.press('1')
  await editor.page.getByRole('heading', { name: 'Prompt 2 of' }).waitFor()
  expect(await marks.count()).toBeGreaterThan(0)
  await editor.press('m')
  await marks.first().waitFor({ state: 'detached' })
  await editor.page.locator('.card .markdown').first().waitFor()
})

test('of a task that comes again, what did not change stays the same object: nothing is compared or drawn anew', async () => {
  const host = new FakeHost(curation(), tasks(2))
  let toHost: (message: unknown) => void = () => undefined
  let toWebview: (message: unknown) => void = () => undefined
  host.connect({
    send: (message) => toWebview(structuredClone(message)),
    onMessage: (listener) => (toHost = listener),
  })
  const peer = connect<EditorWebviewSide, EditorHostSide>(
    {
      send: (message) => toHost(structuredClone(message)),
      onMessage: (listener) => (toWebview = listener),
    },
    {},
    {
      state: (changes) => editor.stateChanged(changes),
      task: (arrived) => editor.taskArrived(arrived),
    },
  )
  const drawn: State[] = []
  const editor = new Editor(
    peer,
    new Memory({ getState: () => null, setState: () => undefined }),
    new Stopwatch(() => 0, true),
    (state) => drawn.push(state),
  )
  await editor.start()
  const before = drawn.at(-1)?.task
  expect(before).toEqual(tasks(2)[0])
  host.replaceTasks([{ ...tasks(2)[0], poolSize: 64 } as Task])
  await expect.poll(() => drawn.at(-1)?.task?.poolSize).toBe(64)
  expect(drawn.at(-1)?.task?.responses).toBe(before?.responses)
})

test('of a task that changed, what is the same is the same object', () => {
  const [before = null] = tasks(1)
  const [again = null] = tasks(1)
  expect(keepEqual(before, again)).toBe(before)
  const decided = again && { ...again, note: 'hm' }
  expect(keepEqual(before, decided)).toEqual(decided)
  expect(keepEqual(before, decided)?.responses).toBe(before?.responses)
  expect(keepEqual(before, null)).toBeNull()
})

test('the button does the same; a text beyond bounds is shown with a word about it', async () => {
  const editor = await open(new FakeHost(curation(), [taskOf(['x '.repeat(60_000), 'short'])]))
  await editor.button('Differences').click()
  const said = editor.page.getByText('Too long or too different to mark word by word.')
  await said.first().waitFor()
  expect(await said.count()).toBe(2)
  await editor.button('Differences').click()
  await editor.page.locator('.card .plain').first().waitFor({ state: 'attached' })
})
