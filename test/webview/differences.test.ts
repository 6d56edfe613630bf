// Words that differ between responses: what is marked, how, and that no text makes the person wait.
import { describe, expect, test } from 'vitest'
import type { Task } from '../../src/shared/curationViews'
import type { EditorHostSide, EditorWebviewSide } from '../../src/shared/editorProtocol'
import { connect } from '../../src/shared/rpc'
import { type Compared, differences } from '../../webview-ui/differences'
import { Memory } from '../../webview-ui/memory'
import { keepEqual } from '../../webview-ui/sameTask'
import { Editor } from '../../webview-ui/editor'
import type { State } from '../../webview-ui/state'
import { Stopwatch } from '../../webview-ui/stopwatch'
import { FakeHost } from './harness/fakeHost'
import { curation, taskOf, tasks } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
const marked = (compared: Compared | null): string[] =>
  (compared?.pieces ?? []).filter((piece) => piece.marked).map(({ text }) => text.trim())
const whole = (compared: Compared | null): string =>
  (compared?.pieces ?? []).map(({ text }) => text).join('')

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
    ['a sign without spaces between words', ['我喜欢红茶。', '我喜欢绿茶。'], [['红'], ['绿']]],
    [
      'a word of another alphabet',
      ['Это красный чай.', 'Это зелёный чай.'],
      [['красный'], ['зелёный']],
    ],
    ['spaces alone', ['a  b\n\nc', 'a b c'], [[], []]],
    ['nothing on one side', ['', 'all of it'], [[], ['all of it']]],
    [
      'of three, each from the first',
      ['a big dog', 'a small dog', 'a big cat'],
      [[], ['small'], ['cat']],
    ],
  ])('%s', (_, texts, expected) => {
    const pieces = differences(texts)
    expect(pieces.map(marked)).toEqual(expected)
    expect(pieces.map(whole)).toEqual(texts)
  })

  test('where texts hardly overlap, what they share is marked instead', () => {
    const texts = [
      'Dear Ms Keller, thank you very much for taking the time to look at my quarterly report.',
      'Hi there! Nobody had been asked; still, taking the time to read costs hours, which few have.',
    ]
    const compared = differences(texts)
    expect(compared.map((one) => one?.marks)).toEqual(['shared', 'shared'])
    expect(compared.map(marked)).toEqual([['taking the time to'], [', taking the time to']])
    expect(compared.map(whole)).toEqual(texts)
  })

  test('are not looked for beyond bounds', () => {
    expect(differences(['x'.repeat(60_000), 'y'.repeat(60_000)])).toEqual([null, null])
    const words = (letter: string): string =>
      Array.from({ length: 9000 }, (_, index) => `${letter}${index}`).join(' ')
    expect(differences([words('a'), words('b')])).toEqual([null, null])
    const shared = words('a').split(' ').slice(0, 6000)
    expect(differences([shared.join(' '), shared.toReversed().join(' ')])).toEqual([null, null])
  })
})

test('the key d marks them, in Markdown and in raw text, for as long as the person wants', async () => {
  const editor = await open(
    new FakeHost(curation(), [
      taskOf(
        [
          '# Cake\n\nTake **two** fresh eggs.\n\n- bake',
          '# Cake\n\nTake **three old** eggs.\n\n- bake',
        ],
        { selectionId: 'a' },
      ),
      ...tasks(2).slice(1),
    ]),
  )
  const marks = editor.page.locator('.card mark')
  await editor.press('d')
  await marks.first().waitFor()
  expect(await marks.allInnerTexts()).toEqual(['two', ' fresh', 'three old'])
  expect(await editor.page.locator('.card .markdown strong').allInnerTexts()).toEqual([
    'two',
    'three old',
  ])
  await expect.poll(() => editor.button('Differences').getAttribute('aria-pressed')).toBe('true')
  await expect.poll(() => editor.button('Raw text').getAttribute('aria-pressed')).toBe('false')
  const { decoration, colour, around } = await marks.first().evaluate((mark) => ({
    decoration: getComputedStyle(mark).textDecorationLine,
    colour: getComputedStyle(mark).color,
    around: getComputedStyle(mark.parentElement ?? mark).color,
  }))
  expect(decoration).toBe('underline')
  expect(colour).toBe(around)
  await editor.press('m')
  await editor.page.locator('.card .plain mark').first().waitFor()
  expect(await editor.page.locator('.card-text').first().innerText()).toContain('**two**')
  await editor.press('m')
  await editor.press('1')
  await editor.page.getByRole('heading', { name: 'Prompt 2 of' }).waitFor()
  await editor.page.getByText('These texts have no passage in common.').first().waitFor()
  expect(await marks.count()).toBe(0)
  await editor.press('d')
  await editor.page.locator('.card .markdown').first().waitFor()
})

test('marks leave the text as it is, whatever elements it is in', async () => {
  const text =
    'One `code` and [a link](https://example.org)\n\n> quoted **words**\n\n| a | b |\n| - | - |\n| c | d |'
  const editor = await open(
    new FakeHost(curation(), [
      taskOf([text, text.replace('words', 'things').replace('| c |', '| e |')]),
    ]),
  )
  const shown = (): Promise<string[]> => editor.page.locator('.card-text').allInnerTexts()
  const before = await shown()
  await editor.press('d')
  await editor.page.locator('.card mark').first().waitFor()
  expect(await shown()).toEqual(before)
  expect(await editor.page.locator('.card mark').allInnerTexts()).toEqual([
    'words',
    'c',
    'things',
    'e',
  ])
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
