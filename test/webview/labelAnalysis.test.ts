// The learning curve beside the statistics, and the labels to look at again.
import { expect, test } from 'vitest'
import type { Task } from '../../src/shared/curationViews'
import { ANALYSIS, CURVE } from './harness/analyses'
import { accessibilityViolations, type Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, task } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

const ranked = (position: number): Task['preference'] => ({
  kind: 'ranking',
  tiers: [[`candidate-${position + 1}-1`], [`candidate-${position + 1}-2`]],
})

const labelled = (): Task[] =>
  Array.from({ length: 6 }, (_, position) =>
    task(position, { total: 6, preference: position === 4 ? null : ranked(position) }),
  )

const STATISTICS = {
  judges: [],
  labels: { ranking: 131, tie: 29, allBad: 0, skip: 3 },
  longer: { count: 86, of: 131 },
  first: { count: 70, of: 131 },
  k: 2,
  edited: 0,
  medianMilliseconds: 8200,
  agreement: [],
  strengths: [],
}

async function openReview(options: Parameters<typeof open>[1] = {}): Promise<FakeHost> {
  const host = new FakeHost(curation({ counts: { prompts: 6, annotated: 5 } }), labelled())
  host.statistics = STATISTICS
  host.analysis = ANALYSIS
  editor = await open(host, options)
  await editor.page.getByRole('tab', { name: 'Review' }).click()
  await editor.page.locator('.row').first().waitFor()
  return host
}

const rows = (): Promise<string[]> => editor.page.locator('.row').allInnerTexts()

test('the statistics have the curve, its text and the forecast', async () => {
  await openReview()
  const learning = editor.page.locator('.learning')
  await learning.getByText('A small reward model predicts 73 % (66 to 80)').waitFor()
  await learning.getByText('The next 100 labels: about +1.2 ± 2.4 points.').waitFor()
  expect(await learning.getByRole('img').getAttribute('aria-label')).toContain(
    '144 labels: 73 % (66 to 80)',
  )
  expect(await accessibilityViolations(editor.page)).toEqual([])
  await editor.picture('learning-curve')
})

test('a filter lists the labels to look at again, the strongest first, each with its reason', async () => {
  await openReview()
  await editor.button('Look again 2').click()
  await expect.poll(async () => (await rows()).length).toBe(2)
  const [first, second] = (await rows()).map((text) => text.replace(/\s+/g, ' '))
  expect(first).toMatch(/^4 .*Another label of the same texts says something else\.$/)
  expect(second).toMatch(
    /^1 .*gives this label a probability of 7 %\. Decided in 0\.6 s; usual for this length: 11 s\.$/,
  )
  expect(await accessibilityViolations(editor.page)).toEqual([])
  await editor.picture('look-again')
})

test('a key leads from one to the next, whatever is decided on the way', async () => {
  await openReview()
  const heading = (place: number): Promise<void> =>
    editor.page.getByRole('heading', { name: `Prompt ${place} of` }).waitFor()
  await editor.press('l')
  await heading(4)
  await editor.page.getByText('Look again, 1 of 2: Another label of the same texts').waitFor()
  await editor.press('1')
  await expect.poll(() => editor.host.annotations().length).toBe(1)
  await heading(5)
  await editor.press('l')
  await heading(1)
  await editor.page.getByText('Look again, 2 of 2').waitFor()
  await editor.picture('look-again-label')
  await editor.press('l')
  await editor.announced('That was the last label to look at again.')
})

test('nothing is said of a label that is not given yet', async () => {
  const host = await openReview()
  host.replaceTasks(labelled().map((one) => ({ ...one, preference: null })))
  await editor.press('l')
  await editor.page.getByRole('heading', { name: 'Prompt 4 of' }).waitFor()
  expect(await editor.page.getByText('Look again, 1 of 2').count()).toBe(0)
})

test('labelling goes on while the analysis is computed, and a failure is said beside the rest', async () => {
  const host = new FakeHost(curation({ counts: { prompts: 6, annotated: 5 } }), labelled())
  host.statistics = STATISTICS
  editor = await open(host)
  const release = host.hold('labelAnalysis')
  await editor.page.getByRole('tab', { name: 'Review' }).click()
  await editor.page.getByText('Reading the labels…').waitFor()
  await editor.page.getByRole('tab', { name: 'Label' }).click()
  await editor.page.getByRole('heading', { name: 'Prompt 5 of' }).waitFor()
  await editor.press('1')
  await expect.poll(() => host.annotations().length).toBe(1)
  host.failNext('labelAnalysis', { code: 'engine-died', message: 'The engine process ended.' })
  release()
  await editor.page.getByRole('tab', { name: 'Review' }).click()
  await expect
    .poll(() => host.asked.filter(({ method }) => method === 'labelAnalysis').length)
    .toBeGreaterThanOrEqual(2)
  await editor.page.locator('.row').first().waitFor()
})

test('says that there are too few labels, and at the end what more would add', async () => {
  const done = labelled().map((one, position) => ({ ...one, preference: ranked(position) }))
  const host = new FakeHost(
    curation({ counts: { prompts: 6, selected: 6, annotated: 5, budget: 6 } }),
    done,
  )
  host.statistics = STATISTICS
  host.analysis = { ...ANALYSIS, curve: null, decided: 5, lookAgain: [] }
  editor = await open(host)
  await editor.page.getByRole('tab', { name: 'Review' }).click()
  await editor.page
    .getByText(
      'A learning curve needs 20 preferences under 10 prompts; the labels hold 5 preferences.',
    )
    .waitFor()
  host.analysis = { ...ANALYSIS, curve: CURVE }
  host.replaceTasks([])
  host.count({ annotated: 6 })
  await editor.page.getByRole('tab', { name: 'Label' }).click()
  await editor.page.getByText('The next 100 labels: about +1.2 ± 2.4 points.').waitFor()
  await editor.picture('learning-done')
})

test.each([
  ['light', { theme: 'Light Modern' }],
  ['narrow', { width: 400 }],
] as const)('draws %s', async (name, options) => {
  await openReview(options)
  if ('width' in options) await editor.page.locator('.statistics summary').click()
  await editor.page.locator('.learning').waitFor()
  await editor.picture(`learning-curve-${name}`)
  await editor.button('Look again 2').click()
  await editor.page.locator('.row-reason').first().waitFor()
  expect(await accessibilityViolations(editor.page)).toEqual([])
  await editor.picture(`look-again-${name}`)
})
