// What is done with a training run on the screen: pause, report, charts, comparison.
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import type { RunView } from '../../src/shared/runProtocol'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, run, tasks } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

async function openRuns(runs = [run()]): Promise<void> {
  editor = await open(new FakeHost(curation({ counts: { pairs: 71 }, runs }), tasks(1)))
  await editor.page.getByRole('tab', { name: 'Runs' }).click()
}

test('a running one is paused, once; a paused one says so and is resumed', async () => {
  await openRuns()
  await editor.page.getByRole('button', { name: 'Pause Run' }).click()
  await expect.poll(() => editor.host.actions()).toEqual(['pauseTraining'])
  editor.host.tell({ runs: [run({ state: 'pausing' })] })
  await editor.page.getByText('Pausing after this step', { exact: true }).waitFor()
  const pause = editor.page.getByRole('button', { name: 'Pause Run' })
  await expect.poll(() => pause.isDisabled()).toBe(true)
  await editor.page.getByRole('button', { name: 'Stop Run' }).waitFor()
  editor.host.tell({ runs: [run({ state: 'paused', resumable: true })] })
  await editor.page.getByText('Paused', { exact: true }).waitFor()
  await editor.page.getByRole('button', { name: 'Resume Run' }).waitFor()
  expect(await pause.count()).toBe(0)
})

test('a run has a report, and its figures can be exported', async () => {
  const { id } = run()
  await openRuns([run({ state: 'finished' })])
  await editor.page.getByRole('button', { name: 'Open Report' }).click()
  await editor.page.getByRole('button', { name: 'Export Figures…' }).click()
  await expect
    .poll(() => editor.host.actions())
    .toEqual([{ openRunReport: id }, { exportRunFigures: id }])
})

test('charts are shown and hidden one by one, and stay so', async () => {
  const figures = [
    { id: 'loss', label: 'Loss', chart: 'Loss', better: 'lower' as const },
    { id: 'rate', label: 'Rate', chart: 'Rate', better: null, isFolded: true as const },
  ]
  const recorded = [1, 2].map((step) => ({ step, figures: { loss: 1 / step, rate: step } }))
  await openRuns([run({ figures, points: recorded })])
  const chart = (name: RegExp) => editor.page.getByRole('img', { name })
  await chart(/^Loss over/).waitFor()
  expect(await chart(/^Rate over/).count()).toBe(0)
  await editor.page.getByRole('button', { name: 'Rate', pressed: false }).click()
  await chart(/^Rate over/).waitFor()
  await editor.page.getByRole('button', { name: 'Loss', pressed: true }).click()
  await chart(/^Loss over/).waitFor({ state: 'detached' })
  editor.host.tell({ runs: [run({ figures, points: recorded, step: 35 })] })
  await editor.page.getByText('Step 35 of 90').waitFor()
  expect(await chart(/^Loss over/).count()).toBe(0)
})

test('runs of several methods are compared by accuracy at first: their losses have other scales', async () => {
  const figures = ['heldOutLoss', 'heldOutAccuracy'].map((id) => ({
    id,
    label: id,
    chart: id,
    better: null,
  }))
  const points = [0, 5].map((step) => ({ step, figures: { heldOutLoss: 9, heldOutAccuracy: 1 } }))
  const same = { figures, points, state: 'finished' } as const
  const one = run({ ...same, id: '2025-03-14-1', title: 'DPO on A', method: 'DPO' })
  await openRuns([one, run({ ...same, id: '2025-03-14-2', title: 'SPPO on A', method: 'SPPO' })])
  const chosen = editor.page.getByRole('combobox', { name: 'Figure' })
  await expect.poll(() => chosen.inputValue()).toBe('heldOutAccuracy')
  await editor.page.getByRole('button', { name: /^SPPO on A, \d+:\d+:\d+ [AP]M$/ }).waitFor()
  editor.host.tell({ runs: [one, run({ ...same, id: '2025-03-14-2', title: 'DPO on A' })] })
  await expect.poll(() => chosen.inputValue()).toBe('heldOutLoss')
})

test('runs are compared in one chart, by a figure that the user chooses; each can be left out', async () => {
  const points = (margin: number): RunView['points'] =>
    [0, 5, 9].map((step) => ({
      step,
      figures: { loss: 0.7 - step / 20, heldOutMargin: margin * step },
    }))
  const one = run({ id: '2025-03-14-1', title: 'DPO on A', state: 'finished', points: points(0.1) })
  const two = run({
    id: '2025-03-15-1',
    title: 'SPPO on A',
    state: 'finished',
    points: points(0.2),
  })
  await openRuns([one, two])
  const compared = editor.page.locator('.compared')
  await compared.getByRole('img', { name: /SPPO on A.*to 1\.8\..*DPO on A.*to 0\.9\./ }).waitFor()
  await compared.getByRole('button', { name: /^SPPO on A/, pressed: true }).click()
  await compared.getByRole('img', { name: /^DPO on A[^.]*from 0 to 0\.9\.$/ }).waitFor()
  await compared.getByRole('combobox', { name: 'Figure' }).selectOption('loss')
  await compared.getByRole('img', { name: /^DPO on A[^.]*from 0\.7 to 0\.25\.$/ }).waitFor()
})

test.each([2, 6])(
  'of %i runs the table names the settings that differ, and shows the colour of each line',
  async (several) => {
    const shared = { model: '/models/tiny', learningRate: '0.0001', seed: '42' }
    const runs = Array.from({ length: several }, (_, place) =>
      run({
        id: `2025-03-1${place}-1`,
        title: place === 0 ? 'DPO on tiny' : 'SGPO on tiny',
        startedAt: `2025-03-1${place}T09:26:53Z`,
        state: 'finished',
        points: [1, 2].map((step) => ({ step, figures: { loss: place + 1 / step } })),
        settings:
          place === 0
            ? { method: 'dpo', ...shared, rounds: null }
            : { method: 'sgpo', ...shared, rounds: '1', learningRate: `${place}`, epsilon: '0.01' },
      }),
    )
    await openRuns(runs)
    const table = editor.page.getByRole('region', { name: 'Runs compared' })
    const rows = (await table.locator('tr').allInnerTexts()).map((text) => text.split('\t'))
    expect(rows[0]?.slice(1)).toEqual([
      ...['method', 'learningRate', 'rounds'],
      ...['Rows', 'Steps', 'Loss', 'epsilon'],
    ])
    expect(rows.at(-1)?.slice(1)).toEqual(['dpo', '0.0001', '–', '71', '34', '0.5', '–'])
    expect(rows[1]?.slice(1, 4)).toEqual(['sgpo', `${several - 1}`, '1'])
    expect(rows[1]?.at(-1)).toBe('0.01')
    const compared = editor.page.locator('.compared')
    const colours = (swatches: Locator): Promise<string[]> =>
      swatches.evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor))
    const inTable = await colours(table.locator('.swatch'))
    expect(new Set(inTable).size).toBe(several)
    expect(inTable).toEqual(await colours(compared.locator('.names .swatch')))
    // A run without a line has no colour, and the others have those of their new lines.
    await compared.getByRole('button', { name: /^DPO on tiny/, pressed: true }).click()
    await expect.poll(() => table.locator('.swatch').count()).toBe(several - 1)
    expect(await table.getByRole('row', { name: /^DPO/ }).locator('.swatch').count()).toBe(0)
    await editor.page.setViewportSize({ width: 320, height: 700 })
    const name = table.getByRole('rowheader', { name: /^DPO/ })
    await table.evaluate((scroller) => scroller.scrollTo({ left: scroller.scrollWidth }))
    const [outer, shown] = [await table.boundingBox(), await name.boundingBox()]
    expect(shown?.x).toBeCloseTo(outer?.x ?? -1, 0)
    expect(shown?.width).toBeLessThan((outer?.width ?? 0) / 2)
    expect(
      await editor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
    ).toBeLessThanOrEqual(0)
  },
)
