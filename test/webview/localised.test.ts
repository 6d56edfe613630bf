// The editor in another language: nothing that it says stays English.
import { expect, test } from 'vitest'
import { unmarked } from '../support/markedLanguage'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, run, task } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()

/** Data without letters, so that all letters on the page are the editor's. */
const SETTINGS = { annotator: '1', generator: '2', device: '3', output: '4', guidelines: '5' }
const file = { name: '6' }
const TASK = task(0, {
  prompt: [
    { role: 'system', content: '7' },
    { role: 'user', content: '8' },
  ],
  responses: ['9', ''].map((text, index) => ({
    candidateId: String(index),
    text,
    finishReason: 'length',
    tokenCount: 8,
    origin: null,
  })),
})
const ACTIVITY = { sentence: '10', done: 1, total: 2, tokensPerSecond: 3, secondsLeft: 4000 }

type Change = Parameters<typeof curation>[0]
const state = (change: Change = {}): ReturnType<typeof curation> =>
  curation({ file, settings: SETTINGS, ...change })

/** What is printed on keys, and what the fake host makes up. */
const UNTRANSLATED = /^(Home|End)$|selection-1$/

/** Texts and names on the page with letters outside of translated strings. */
async function untranslated({ page }: Editor): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = []
    const walk = (root: Node): void => {
      if (root instanceof Text) found.push(root.data)
      if (root instanceof Element) {
        if (root.tagName === 'STYLE') return
        if (root.getAttribute('aria-hidden') !== 'true')
          for (const name of ['aria-label', 'aria-description', 'title', 'placeholder', 'alt'])
            found.push(root.getAttribute(name) ?? '')
        if (root.shadowRoot) walk(root.shadowRoot)
      }
      root.childNodes.forEach(walk)
    }
    walk(document.body.querySelector('#app') ?? document.body)
    return found
  })
  return texts.map(unmarked).filter((text) => /\p{L}{2}/u.test(text) && !UNTRANSLATED.test(text))
}

const SCREENS: [name: string, change: Change, tasks: boolean][] = [
  ['labelling', {}, true],
  [
    'generating',
    { counts: { candidates: 0, selected: 0 }, activity: { kind: 'generate', ...ACTIVITY } },
    false,
  ],
  ['no candidates', { counts: { candidates: 0, selected: 0 } }, false],
  ['in part', { counts: { candidates: 64, selected: 1, annotated: 1, pairs: 1 } }, false],
  ['all labelled', { counts: { annotated: 80, pairs: 71, longerChosen: 60 } }, false],
  ['no pairs', { counts: { annotated: 80, pairs: 0 } }, false],
  ['untrusted', { trusted: false, counts: { candidates: 0, selected: 0 } }, false],
  ['earlier settings', { earlier: { candidates: 2, settings: [], key: '' } }, true],
]

test.each(SCREENS)('%s', async (_name, change, hasTask) => {
  const editor = await open(new FakeHost(state(change), hasTask ? [TASK] : []), {
    language: 'marked',
  })
  await editor.page.getByText('«').first().waitFor()
  expect(await untranslated(editor)).toEqual([])
})

test('candidates, ranking, a decision, note and keys', async () => {
  const editor = await open(new FakeHost(state(), [TASK]), { language: 'marked' })
  await editor.page.getByText('«').first().waitFor()
  for (const key of ['c', 'r', 'r', '1', 'u', 'n', 'Escape', '?']) {
    await editor.press(key)
    await editor.settle()
    expect(await untranslated(editor), key).toEqual([])
  }
})

test.each(['Review', 'Runs'])('the view %s', async (view) => {
  const common = {
    title: '1',
    figures: run().figures.map((figure) => ({
      ...figure,
      label: '2',
      chart: figure.chart && '3',
    })),
  }
  const runs = [run(common), run({ ...common, id: '3', state: 'finished', warning: '4' })]
  const { page, ...editor } = await open(new FakeHost(state({ runs }), [TASK]), {
    language: 'marked',
  })
  await page.getByRole('tab', { name: `«${view}»` }).click()
  await page.getByRole('tabpanel', { name: `«${view}»` }).waitFor()
  await editor.settle()
  expect(await untranslated({ page, ...editor })).toEqual([])
})
