// Every prompt of a curation on the screen: found, filtered, opened, and only those in sight drawn.
import { expect, test } from 'vitest'
import type { Task } from '../../src/shared/curationViews'
import { accessibilityViolations, type Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, task } from './harness/samples'
import { useEditors } from './harness/suite'
import { changeTheme, THEME_KINDS } from './harness/themes'
import { JUDGE } from './harness/judges'

const open = useEditors()
let editor: Editor

const ranked = (position: number): Task['preference'] => ({
  kind: 'ranking',
  tiers: [[`candidate-${position + 1}-1`], [`candidate-${position + 1}-2`]],
})

const some = (): Task[] => [
  task(0, { preference: ranked(0), note: 'The second is rude.' }),
  task(1, { preference: { kind: 'tie' } }),
  task(2),
  task(3, { preference: { kind: 'allBad' } }),
  task(4),
]

async function openReview(all = some()): Promise<void> {
  editor = await open(new FakeHost(curation({ counts: { prompts: all.length } }), all))
  await editor.page.getByRole('tab', { name: 'Review' }).click()
  await rows().first().waitFor()
}

const rows = (): ReturnType<Editor['page']['locator']> =>
  editor.page.getByRole('list', { name: 'Prompts' }).locator('.row')
const places = (): Promise<string[]> => editor.page.locator('.row-place').allInnerTexts()

test('lists every prompt with its decision, its note and what the guard left out', async () => {
  await openReview()
  const texts = (await rows().allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))
  expect(texts).toHaveLength(5)
  expect(texts[0]).toMatch(
    /^1 ✓ 1 is better Draft a short.* Note: The second is rude\. 2 left out$/,
  )
  expect(texts[1]).toMatch(/^2 = tie And if they differ/)
  expect(texts[2]).toMatch(/^3 not labelled Line 1/)
})

test('filters tell how many they have, and show those', async () => {
  await openReview()
  const filters = editor.page.getByRole('group', { name: 'Show' }).getByRole('button')
  expect((await filters.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))).toEqual([
    'All 5',
    'Not labelled 2',
    'Preferred 1',
    'Ties 1',
    'All bad 1',
    'With a note 1',
    'Left out 3',
  ])
  await editor.button('Not labelled 2').click()
  await expect.poll(places).toEqual(['3', '5'])
  await editor.button('With a note 1').click()
  await expect.poll(places).toEqual(['1'])
})

test('/ searches, in a field that has the keyboard to itself', async () => {
  await openReview()
  await editor.page.getByRole('tab', { name: 'Label' }).click()
  await editor.press('/')
  await editor.page.keyboard.type('rude')
  await expect.poll(places).toEqual(['1'])
  await editor.page.getByRole('searchbox').fill('nowhere to be found')
  await editor.page.getByText('No prompt matches.').waitFor()
  expect(editor.host.annotations()).toEqual([])
})

test('the keyboard goes from row to row and opens a prompt; the list comes back to it', async () => {
  await openReview()
  await rows().first().focus()
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'End', 'ArrowUp']) {
    await editor.press(key)
    await editor.settle()
  }
  await editor.press('Enter')
  await editor.page.getByRole('heading', { name: 'Prompt 4 of' }).waitFor()
  await editor.press('1')
  await expect.poll(() => editor.host.annotations().length).toBe(1)
  await editor.page.getByRole('tab', { name: 'Review' }).click()
  await expect.poll(() => rows().nth(3).getAttribute('tabindex')).toBe('0')
  expect((await rows().nth(3).innerText()).replace(/\s+/g, ' ')).toContain('1 is better')
})

test('follows what changes while it is shown', async () => {
  await openReview()
  editor.host.replaceTasks([...some(), task(5)])
  editor.host.count({ selected: 6 })
  await expect.poll(() => rows().count()).toBe(6)
})

test('draws only what is in sight of ten thousand prompts', async () => {
  await openReview(Array.from({ length: 10_000 }, (_, position) => task(position)))
  expect(await rows().count()).toBeLessThan(60)
  expect(
    await rows()
      .first()
      .evaluate((row) => row.parentElement?.ariaSetSize),
  ).toBe('10000')
  await rows().first().focus()
  await editor.press('End')
  await expect.poll(async () => (await places()).at(-1)).toBe('10,000')
  expect(await rows().count()).toBeLessThan(60)
  await expect
    .poll(() =>
      editor.page.evaluate(() => document.activeElement?.querySelector('.row-place')?.textContent),
    )
    .toBe('10,000')
  await editor.press('Enter')
  await editor.page.getByRole('heading', { name: 'Prompt 10,000 of' }).waitFor()
})

test('breaks no rule of accessibility, and fits in 400 pixels', async () => {
  await openReview()
  for (const [kind, theme] of Object.entries(THEME_KINDS)) {
    await changeTheme(editor.page, theme)
    await editor.settle()
    await editor.picture(`review-${kind}`)
    expect(await accessibilityViolations(editor.page), kind).toEqual([])
  }
  await editor.page.setViewportSize({ width: 400, height: 720 })
  await editor.settle()
  await editor.picture('review-narrow')
  expect(
    await editor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
  ).toBeLessThanOrEqual(0)
})

test('a flag is set and found again, by key and by mouse, without an effect on labels', async () => {
  await openReview()
  const filter = (name: string): ReturnType<Editor['button']> => editor.button(name)
  await rows().first().focus()
  await editor.press('ArrowDown')
  await editor.press('f')
  await filter('Flagged 1').waitFor()
  await editor.page.getByRole('listitem').nth(3).hover()
  await editor.button('Flag prompt 4').click()
  await filter('Flagged 2').click()
  await expect.poll(places).toEqual(['2', '4'])
  expect(editor.host.annotations()).toEqual([])
  await rows().first().click()
  await editor.announced('Prompt 2 of')
  const button = editor.button('Flag')
  await expect.poll(() => button.getAttribute('aria-pressed')).toBe('true')
  await editor.press('f')
  await editor.announced('Flag removed.')
  await expect.poll(() => button.getAttribute('aria-pressed')).toBe('false')
})

test('says what the labels say together, and how sure that is', async () => {
  const host = new FakeHost(curation({ counts: { prompts: 5 } }), some())
  host.statistics = {
    labels: { ranking: 14, tie: 2, allBad: 1, skip: 0 },
    longer: { count: 11, of: 14 },
    first: { count: 13, of: 14 },
    k: 2,
    edited: 2,
    medianMilliseconds: 6240,
    strengths: [],
    agreement: [{ annotators: ['ada', 'grace'], same: { count: 9, of: 14 } }],
    judges: [],
  }
  editor = await open(host)
  await editor.page.getByRole('tab', { name: 'Review' }).click()
  const facts = editor.page.locator('.statistics dl > div')
  await facts.first().waitFor()
  expect((await facts.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))).toEqual([
    'Longer preferred 11 of 14 52–92 %',
    'Left preferred 13 of 14 69–99 % more often than chance',
    'Ties 2',
    'All bad 1',
    'Skipped 0',
    'Edited 2',
    'Median time 6.24 s',
    'ada and grace agree 9 of 14 39–84 %',
  ])
})

test('says what a judge is worth among the statistics, its agreement with people first', async () => {
  const host = new FakeHost(curation({ counts: { prompts: 5 } }), some())
  host.statistics = { ...host.statistics, judges: [JUDGE] }
  editor = await open(host)
  await editor.page.getByRole('tab', { name: 'Review' }).click()
  await editor.page.getByText('Judge strict (Qwen3-8B) and people: κ 0.62 (0.43 to 0.81)').click()
  const report = editor.page.locator('.judge-report')
  const facts = (await report.locator('dl > div').allInnerTexts()).map((text) =>
    text.replace(/\s+/g, ' '),
  )
  expect(facts[0]).toBe(
    'Agreement with people κ 0.62 (0.43 to 0.81), the same in 48 of 60 (68–88 %)',
  )
  expect(facts).toContain('The response shown first wins 140 of 220 (57–70 %)')
  expect(await report.locator('.finding').allInnerTexts()).toEqual([
    'It prefers the response that it sees first.',
  ])
})

test('of a pool with several selections each has a row of its own', async () => {
  const second = task(0, { selectionId: 'selection-1-2', place: 2, preference: null })
  await openReview([task(0, { preference: ranked(0) }), second, task(1)])
  await expect.poll(places).toEqual(['1', '1.2', '2'])
  await rows().nth(1).click()
  await editor.page.getByText('Selection 2 of this pool').waitFor()
})

test('of a prompt that was left out the reason is shown', async () => {
  const host = new FakeHost(curation({ counts: { prompts: 6 } }), some())
  host.leftOut = [
    {
      selectionId: null,
      promptId: 'prompt-6',
      place: 1,
      position: 5,
      excerpt: 'A very long one',
      decision: null,
      note: '',
      flagged: false,
      leftOut: 'The prompt has 9,000 tokens, the model takes 8,192.',
      removed: 0,
    },
  ]
  editor = await open(host)
  await editor.page.getByRole('tab', { name: 'Review' }).click()
  await editor.button('Left out 4').click()
  const text = (await rows().last().innerText()).replace(/\s+/g, ' ')
  expect(text).toBe(
    '6 left out A very long one The prompt has 9,000 tokens, the model takes 8,192.',
  )
})
