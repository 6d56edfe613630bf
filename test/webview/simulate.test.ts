// The view that simulates selection: set up, run, stopped, and what comes out.
import { expect, test } from 'vitest'
import { accessibilityViolations, type Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, tasks } from './harness/samples'
import { RESULT, simulation } from './harness/simulations'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

async function openView(
  change: Parameters<typeof simulation>[0] = {},
  options: Parameters<typeof open>[1] = {},
): Promise<FakeHost> {
  const host = new FakeHost({ ...curation(), simulation: simulation(change) }, tasks(2))
  editor = await open(host, options)
  await editor.page.getByRole('tab', { name: 'Simulate' }).click()
  await editor.page.getByRole('heading', { name: 'What each selection rule gains' }).waitFor()
  return host
}

test('opens from the menu, has a tab from then on, and comes to the front at each command', async () => {
  const host = new FakeHost(curation(), tasks(2))
  editor = await open(host)
  const tab = editor.page.getByRole('tab', { name: 'Simulate' })
  await editor.page.getByRole('tab', { name: 'Evaluate' }).waitFor()
  expect(await tab.count()).toBe(0)
  await editor.button('More').click()
  await editor.button('Simulate Selection…').click()
  await expect.poll(() => host.actions()).toEqual([{ simulation: { do: 'open' } }])
  host.tell({ simulation: simulation() })
  await editor.page.getByRole('heading', { name: 'What each selection rule gains' }).waitFor()
  await tab.waitFor()
  await editor.page.getByRole('tab', { name: 'Label' }).click()
  host.tell({ simulation: simulation({ calls: 2 }) })
  await editor.page.getByRole('heading', { name: 'What each selection rule gains' }).waitFor()
})

test('keeps what is being typed when the page is drawn again', async () => {
  const host = await openView()
  const field = editor.page.getByLabel('Random splits')
  await field.fill('30')
  host.tell({ recent: [] })
  host.tell({ file: { name: 'renamed', phase: 'open', lost: null } })
  await editor.page.getByText('renamed').first().waitFor()
  expect(await field.inputValue()).toBe('30')
})

test('sends what was changed, and runs', async () => {
  const host = await openView()
  const { page } = editor
  await page.getByLabel('Numbers of labels').fill('20, 40;80')
  await page.getByLabel('Random splits').fill('30')
  await page.getByLabel('adaptive').click()
  await page.getByLabel('Judged responses').selectOption({ label: 'A file…' })
  expect(await page.getByLabel('Judged responses').inputValue()).toBe('own')
  await editor.button('Simulate').click()
  await expect
    .poll(() => host.actions())
    .toEqual([
      { simulation: { do: 'change', change: { budgets: [20, 40, 80] } } },
      { simulation: { do: 'change', change: { splits: 30 } } },
      {
        simulation: {
          do: 'change',
          change: { rules: ['aepo', 'd-optimal', 'oracle-best-worst', 'adaptive'] },
        },
      },
      { simulation: { do: 'chooseFile' } },
      { simulation: { do: 'run' } },
    ])
})

test('shows progress and stops', async () => {
  const host = await openView({
    progress: { sentence: 'Simulating', done: 5, total: 12, secondsLeft: 40 },
  })
  await editor.page.getByText('Simulating: 5 of 12').waitFor()
  expect(await editor.page.getByLabel('Random splits').isDisabled()).toBe(true)
  await editor.button('Stop').click()
  await expect.poll(() => host.actions()).toEqual([{ simulation: { do: 'stop' } }])
  expect(await accessibilityViolations(editor.page)).toEqual([])
  await editor.picture('simulate-progress')
})

test('says plainly that the labels cannot tell', async () => {
  await openView({
    failure: {
      code: 'bad-input',
      message: 'The labels of this curation cannot tell: a rule has a choice only where …',
      remedy: 'Choose a file of judged responses.',
    },
  })
  await editor.page.getByRole('alert').getByText('Choose a file of judged responses.').waitFor()
  await editor.picture('simulate-cannot-tell')
})

test('lists broken rows, one a line', async () => {
  const lines = ['1 of 10 rows is not a judged response:', 'line 10: no response has a score']
  const remedy = 'Correct or remove these rows.'
  const message = `${lines.join('\n  ')}\n`
  await openView({ failure: { code: 'bad-input', message, where: 'judged.jsonl', remedy } })
  const shown = await editor.page.getByRole('alert').filter({ hasText: remedy }).innerText()
  expect(shown.split('\n').map((line) => line.trim())).toEqual([...lines, remedy])
  await editor.picture('simulate-broken-rows')
})

test('begins with the advice, then every rule at every number of labels', async () => {
  await openView({ result: RESULT })
  const { page } = editor
  await page.getByRole('heading', { name: 'Use aepo λ=0.5, N=8, k=2: with 100 labels' }).waitFor()
  const cells = (await page.locator('.simulate-result tbody tr').allInnerTexts()).map((text) =>
    text.replace(/\s+/g, ' ').trim(),
  )
  expect(cells).toHaveLength(4 * 3 + 3)
  expect(cells[3]).toBe('aepo λ=0.5 50 +0.6 (−0.2 to +1.4) 77.3 % 0.320 65.0 %')
  expect(cells.at(-3)).toBe('longest response 0 Without labels 76.2 % 0.300')
  expect(await page.locator('.gain-cell.better').count()).toBe(2 + 3)
  expect(await page.locator('.gain-cell.worse').count()).toBe(3)
  expect(await accessibilityViolations(page)).toEqual([])
  await editor.picture('simulate')
})

test.each([
  ['light', { theme: 'Light Modern' }],
  ['narrow', { width: 400, height: 1400 }],
] as const)('draws %s', async (name, options) => {
  await openView({ result: RESULT, file: 'judged.jsonl' }, options)
  expect(await editor.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(
    true,
  )
  expect(await accessibilityViolations(editor.page)).toEqual([])
  await editor.picture(`simulate-${name}`)
})
