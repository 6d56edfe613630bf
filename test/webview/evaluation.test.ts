// Evaluations on the screen: the pair under vote, blind and with the keys of labelling; the result.
import { expect, test } from 'vitest'
import type { EditorState } from '../../src/shared/editorProtocol'
import type { EvaluationView } from '../../src/shared/evaluation'
import { brokenWords } from './harness/brokenWords'
import { accessibilityViolations, type Editor, type Options } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { evaluation, FakePairs, JUDGED, RESULT } from './harness/fakePairs'
import { curation, GENERATING, tasks } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

async function openWith(
  view: EvaluationView,
  change: Partial<EditorState> = {},
  options: Options = {},
): Promise<void> {
  const host = new FakeHost({ ...curation(), evaluations: [view], ...change }, tasks(3))
  new FakePairs(host, view)
  editor = await open(host, options)
  await showTab('Evaluate')
}

const showTab = (name: string): Promise<void> =>
  editor.page.getByRole('tab', { name: new RegExp(`^${name}`) }).click()

const text = (wanted: string | RegExp): Promise<void> =>
  editor.page.getByText(wanted).first().waitFor()

const resultTitle = (): ReturnType<Editor['page']['getByRole']> =>
  editor.page.getByRole('heading', { name: 'Result' })

test('without an evaluation the view says what one is, and begins one', async () => {
  const host = new FakeHost(curation(), tasks(1))
  editor = await open(host)
  await showTab('Evaluate')
  await editor.button('Evaluate Two Models…').click()
  await expect.poll(() => host.actions()).toEqual(['evaluate'])
})

test('a pair is voted on with the keys of labelling, and names its models only after', async () => {
  const view = evaluation({ pairs: 3, prompts: 3 })
  await openWith(view)
  await text('0 of 3 pairs voted on')
  const names = editor.page.locator('.origin')
  await expect.poll(() => editor.page.getByRole('article').count()).toBe(2)
  expect(await names.count()).toBe(0)
  await editor.press('1')
  await text('1 of 3 pairs voted on')
  await text('Prompt 2 of 3')
  expect(await names.count()).toBe(0)
  await editor.press('Home')
  await text('Prompt 1 of 3')
  await expect.poll(() => names.allInnerTexts()).toEqual([view.a, view.b])
  await editor.press('o')
  await text('Prompt 2 of 3')
  await editor.press('t')
  await text('2 of 3 pairs voted on')
  await editor.press('u')
  await text('1 of 3 pairs voted on')
  await text('Prompt 2 of 3')
  expect(editor.host.annotations().map(({ selectionId }) => selectionId)).toEqual([
    'pair-1',
    'pair-2',
  ])
  const [first] = editor.host.annotations()
  expect(first?.preference).toEqual({
    kind: 'ranking',
    tiers: [['response-1'], ['response-2']],
  })
})

test('the other views keep the selections of the curation', async () => {
  await openWith(evaluation())
  await text('Prompt 1 of 30')
  await showTab('Label')
  await text('Prompt 1 of 3')
  await editor.press('1')
  await text('Prompt 2 of 3')
  await showTab('Evaluate')
  await text('Prompt 1 of 30')
  await showTab('Label')
  await text('Prompt 2 of 3')
  expect(editor.host.annotations().map(({ selectionId }) => selectionId)).toEqual(['selection-1'])
})

test('the result is closed while pairs are left, and open when all are voted on', async () => {
  await openWith(evaluation({ pairs: 2, prompts: 2, result: RESULT }))
  await text('0 of 2 pairs voted on')
  expect(await resultTitle().count()).toBe(0)
  await editor.button('Show Result').click()
  await resultTitle().waitFor()
  await editor.button('Hide Result').click()
  await resultTitle().waitFor({ state: 'detached' })
  await editor.press('1')
  await text('1 of 2 pairs voted on')
  await editor.press('2')
  await resultTitle().waitFor()
  await text('You voted on all pairs.')
  await text('65.0 % (47.1 to 79.5 %)')
  await text('If the rate stays, votes on 13 further prompts would settle it.')
})

test('a judge that is declared can vote, and its votes stand below those of people', async () => {
  const view = evaluation({ pairs: 30, voted: 30, result: RESULT, judges: [JUDGED] })
  const { settings } = curation()
  await openWith(view, { settings: settings && { ...settings, hasJudges: true } })
  await resultTitle().waitFor()
  await editor.button('Let a Judge Vote…').click()
  await expect.poll(() => editor.host.actions()).toEqual([{ judgeEvaluation: view.id }])
  const people = editor.page.locator('.evaluation-result dl.rates').first()
  expect(await people.innerText()).not.toContain('strict')
  await text('By judge strict alone')
  await editor.page.locator('.judge-report summary', { hasText: 'κ 0.62' }).click()
  await text('It prefers the response that it sees first.')
  editor.host.tell({ evaluations: [evaluation({ pairs: 30, voted: 29, result: RESULT })] })
  await text('29 of 30 pairs voted on')
  await editor.button('Show Result').click()
  expect(await editor.page.getByText('strict').count()).toBe(0)
})

test('sampling shows its progress, and goes on when it was interrupted', async () => {
  const view = evaluation({ sampled: 12, pairs: 0 })
  await openWith(view)
  await text('12 of 60 responses sampled')
  await editor.button('Sample the Rest').click()
  await expect.poll(() => editor.host.actions()).toEqual([{ sampleEvaluation: view.id }])
  editor.host.tell({ activity: { ...GENERATING, kind: 'evaluate' } })
  await expect.poll(() => editor.button('Sample the Rest').count()).toBe(0)
})

test('an evaluation that is sampled comes to the front', async () => {
  const host = new FakeHost(curation(), tasks(1))
  editor = await open(host)
  await text('Prompt 1 of 1')
  const view = evaluation({ sampled: 0, pairs: 0 })
  new FakePairs(host, view)
  host.tell({ evaluations: [view], activity: { ...GENERATING, kind: 'evaluate' } })
  await text('0 of 60 responses sampled')
})

test('one of several evaluations is chosen', async () => {
  const [first, last] = [evaluation({ id: 'one', a: 'x' }), evaluation({ id: 'two', a: 'y' })]
  const host = new FakeHost({ ...curation(), evaluations: [first, last] }, tasks(1))
  new FakePairs(host, first)
  new FakePairs(host, last)
  editor = await open(host)
  await showTab('Evaluate')
  await editor.page.getByRole('heading', { name: `y against ${last.b}` }).waitFor()
  await editor.page.getByRole('combobox', { name: 'Evaluation' }).selectOption({ index: 1 })
  await editor.page.getByRole('heading', { name: `x against ${first.b}` }).waitFor()
  await text('Prompt 1 of 30')
  const shown = host.asked.flatMap((asked) => (asked.method === 'show' ? [asked.params] : []))
  expect(shown).toEqual([{ evaluation: 'two' }, { evaluation: 'one' }])
})

test('a failure to show an evaluation can be tried again', async () => {
  const view = evaluation()
  const host = new FakeHost({ ...curation(), evaluations: [view] }, tasks(1))
  new FakePairs(host, view)
  editor = await open(host)
  host.failNext('show', {
    code: 'bad-input',
    message: 'This file does not describe an evaluation.',
  })
  await showTab('Evaluate')
  await text('This file does not describe an evaluation.')
  await editor.button('Try Again').click()
  await text('Prompt 1 of 30')
})

test.each<[string, Options]>([
  ['dark', {}],
  ['light', { theme: 'Light Modern' }],
  ['contrast', { theme: 'Default High Contrast' }],
  ['narrow', { width: 320, height: 1400 }],
])('looks and reads well: %s', async (name, options) => {
  const view = evaluation({ pairs: 30, voted: 30, result: RESULT, judges: [JUDGED] })
  await openWith(view, {}, options)
  await resultTitle().waitFor()
  await editor.page.locator('.judge-report summary').click()
  await editor.settle()
  await editor.picture(`evaluation-result-${name}`)
  expect(await brokenWords(editor.page)).toEqual([])
  expect(await accessibilityViolations(editor.page)).toEqual([])
  editor.host.tell({ evaluations: [evaluation({ voted: 4 })] })
  await text('4 of 30 pairs voted on')
  await editor.settle()
  await editor.picture(`evaluation-vote-${name}`)
  expect(await brokenWords(editor.page)).toEqual([])
  expect(await accessibilityViolations(editor.page)).toEqual([])
  const isWider = await editor.page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  )
  expect(isWider).toBe(false)
})
