// Training runs on the screen: states, curves and their text alternative, start and stop.
import { expect, test } from 'vitest'
import type { RunView } from '../../src/shared/runProtocol'
import type { Failure } from '../../src/shared/errors'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, points, run, tasks, unread } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

async function openRuns(runs = [run()], pairs = 71): Promise<void> {
  editor = await open(new FakeHost(curation({ counts: { annotated: 80, pairs }, runs }), tasks(1)))
  await editor.page.getByRole('tab', { name: 'Runs' }).click()
}

test('without a run one is offered', async () => {
  await openRuns([])
  await editor.page.getByRole('heading', { name: 'No training run yet' }).waitFor()
  await editor.page
    .getByRole('tabpanel')
    .getByRole('button', { name: 'Start Training Run…' })
    .click()
  await expect.poll(() => editor.host.actions()).toEqual(['train'])
})

test('with too few pairs the button waits, and it says why', async () => {
  await openRuns([], 1)
  await editor.page.getByText('A run needs at least two preference pairs.').waitFor()
  const start = editor.page
    .getByRole('tabpanel')
    .getByRole('button', { name: 'Start Training Run…' })
  await expect.poll(() => start.isDisabled()).toBe(true)
})

test('a running one shows step, time left and both curves, and can be stopped', async () => {
  await openRuns()
  const card = editor.page.getByRole('article', { name: 'DPO on SmolLM2-135M-Instruct' })
  for (const text of ['Running', 'Step 34 of 90', '5 min left'])
    await card.getByText(text, { exact: true }).waitFor()
  await card.getByRole('img', { name: /^Loss over 34 steps: from 0\.693 to 0\.\d+\.$/ }).waitFor()
  await card.getByRole('img', { name: /^Reward margin over 34 steps/ }).waitFor()
  await card.getByRole('button', { name: 'Stop Run' }).click()
  await expect.poll(() => editor.host.actions()).toEqual(['stopTraining'])
})

test('after the last step it says what is still done, and no time left', async () => {
  const change = { step: 90, secondsLeft: null, settings: { regression: 'true' } }
  await openRuns([run(change)])
  const card = editor.page.getByRole('article', { name: 'DPO on SmolLM2-135M-Instruct' })
  await card.getByText('comparing before and after', { exact: true }).waitFor()
  editor.host.tell({ runs: [run({ ...change, state: 'finished' })] })
  await card.getByText('Finished', { exact: true }).waitFor()
  expect(await card.getByText('comparing before and after').count()).toBe(0)
})

test('curves grow with the run, in the colours of the theme', async () => {
  await openRuns([run({ points: points(2) })])
  const ink = (): Promise<number> => inkOf('rgb(89, 164, 249)')
  await expect.poll(ink).toBeGreaterThan(0)
  const before = await editor.page
    .getByText(/at step/)
    .first()
    .innerText()
  editor.host.tell({ runs: [run({ points: points(60), step: 60 })] })
  await editor.page.getByText('Step 60 of 90').waitFor()
  expect(
    await editor.page
      .getByText(/at step/)
      .first()
      .innerText(),
  ).not.toBe(before)
  await editor.page.evaluate(() => {
    document.documentElement.style.setProperty('--vscode-charts-blue', 'rgb(1, 2, 253)')
    document.body.dataset['vscodeThemeId'] = 'Another'
  })
  await expect.poll(() => inkOf('rgb(1, 2, 253)')).toBeGreaterThan(0)
})

test('held-out figures are a second curve of their chart, named in the legend and to screen readers', async () => {
  const log = (step: number): Record<string, number> => ({ rewardMargin: step / 10 })
  const held: Record<number, Record<string, number>> = {
    0: { heldOutMargin: 0 },
    4: { heldOutMargin: 0.25 },
  }
  await openRuns([
    run({
      points: [0, 1, 2, 3, 4].map((step) => ({
        step,
        figures: { ...(step > 0 ? log(step) : {}), ...(held[step] ?? {}) },
      })),
    }),
  ])
  const chart = editor.page.getByRole('img', {
    name: /Held-out margin over 4 steps: from 0 to 0\.25\./,
  })
  expect(await chart.getAttribute('aria-label')).toMatch(
    /^Reward margin over 4 steps: from 0\.1 to 0\.4\./,
  )
  await editor.page.getByText('Held-out margin 0.25 at step 4').waitFor()
  await expect.poll(() => inkOf('rgb(89, 164, 249)')).toBeGreaterThan(0)
  await expect.poll(() => inkOf('rgb(137, 209, 133)')).toBeGreaterThan(0)
})

test('a figure that a method names is shown without anything that knows it', async () => {
  const figures = [{ id: 'gap', label: 'Gap', chart: 'Nash gap', better: 'lower' as const }]
  await openRuns([
    run({ figures, points: [1, 2].map((step) => ({ step, figures: { gap: 1 / step } })) }),
  ])
  await editor.page.getByText('Nash gap').waitFor()
  await editor.page.getByText('Values').click()
  expect(await editor.page.getByRole('columnheader').allInnerTexts()).toEqual(['Step', 'Gap'])
})

test('a run that moved no weight ends with a warning', async () => {
  const warning = 'The run did not change the model: raise the learning rate.'
  await openRuns([run({ state: 'finished', warning })])
  const card = editor.page.getByRole('article', { name: /^DPO on/ })
  await card.getByText('Finished with a warning', { exact: true }).waitFor()
  await card.getByRole('note').getByText(warning).waitFor()
  expect(await card.locator('.dot.finished').count()).toBe(0)
})

test('a run that cannot be read is listed with what is wrong with its file', async () => {
  const failure = {
    code: 'bad-input' as const,
    message: 'This file does not describe a training run: it is not JSON.',
    where: 'helpful.aepo/runs/a/run.json',
    remedy: 'Restore the file, or start a new run.',
  }
  await openRuns([run({ id: 'a', title: 'a', state: 'unreadable', points: [], failure })])
  const card = editor.page.getByRole('article', { name: 'a' })
  await card.getByText('Cannot be read', { exact: true }).waitFor()
  await card.getByRole('alert').getByText(failure.where).waitFor()
  expect(await card.getByRole('button').count()).toBe(0)
})

test('values are there as a table, thinned evenly, the last one included', async () => {
  await openRuns([run({ points: points(1050), step: 1050 })])
  await editor.page.getByText('Values').click()
  const rows = editor.page.getByRole('table').getByRole('row')
  expect(await rows.count()).toBeLessThan(110)
  expect(await rows.last().innerText()).toMatch(/^1050\s/)
})

test('a failed run says what happened and what to do', async () => {
  await openRuns([
    run({
      state: 'failed',
      points: [],
      failure: {
        code: 'training-failed',
        message: 'Out of memory.',
        remedy: 'Lower the batch size.',
      },
    }),
  ])
  const alert = editor.page.getByRole('alert')
  await alert.getByText('Out of memory.').waitFor()
  await alert.getByText('Lower the batch size.').waitFor()
  await alert.getByRole('button', { name: 'Open Run Log' }).click()
  await expect.poll(() => editor.host.actions()).toEqual([{ openRunLog: '2025-03-14-1' }])
})

test('a run that ended early and left a checkpoint can be resumed, unless another is under way', async () => {
  const stopped = run({ state: 'stopped', resumable: true })
  await openRuns([stopped, run({ id: '2025-03-15-1', state: 'running' })])
  await editor.page.getByText('Stopped', { exact: true }).waitFor()
  expect(await editor.page.getByRole('button', { name: 'Resume Run' }).count()).toBe(0)
  editor.host.tell({ runs: [stopped] })
  await editor.page.getByRole('button', { name: 'Resume Run' }).click()
  await expect.poll(() => editor.host.actions()).toEqual([{ resumeRun: stopped.id }])
})

test('held-out rows are counted apart', async () => {
  await openRuns([run({ rows: 12, heldOutRows: 2 })])
  await editor.page.getByText('12 rows, 2 held out').waitFor()
})

test('rows that the model annotated itself are counted', async () => {
  await openRuns([run({ rows: 12, selfAnnotatedRows: 5 })])
  await editor.page.getByText('5 annotated by the model itself').waitFor()
})

test('a run says when it was started, in the time of the person, and on how many rows', async () => {
  await openRuns([run({ rows: 1240 })])
  await editor.page.getByText('1,240 rows').waitFor()
  const time = editor.page.locator('.run-origin time')
  expect(await time.getAttribute('datetime')).toBe('2025-03-14T09:26:53Z')
  const local = await editor.page.evaluate(
    () => new Date('2025-03-14T09:26:53Z').getHours() % 12 || 12,
  )
  expect((await time.innerText()).replace(/\s/g, ' ')).toMatch(
    new RegExp(`^Started Mar 1[345], 2025, ${local}:\\d\\d [AP]M$`),
  )
})

test('a run that starts is brought to view and announced, and leaves a note being written alone', async () => {
  editor = await open(new FakeHost(curation({ counts: { pairs: 9 } }), tasks(2)))
  await editor.press('n')
  editor.host.tell({ runs: [run({ id: 'first', startedAt: null, state: 'starting', points: [] })] })
  await editor.page.getByRole('img', { name: 'Running' }).waitFor()
  await editor.page.getByRole('textbox', { name: 'Note' }).waitFor()
  await editor.press('Escape')
  editor.host.tell({
    runs: [
      run({ id: 'first', startedAt: null, state: 'stopped' }),
      run({ id: 'second', startedAt: null, state: 'starting', points: [] }),
    ],
  })
  await editor.announced('A training run of SmolLM2-135M-Instruct started.')
  await editor.page.getByRole('heading', { name: 'Training runs' }).waitFor()
  expect(await editor.page.locator('.run-id').allInnerTexts()).toEqual(['second', 'first'])
})

test('a run that was there before the curation could not be read for a while is no news; one that came meanwhile is', async () => {
  const failure: Failure = { code: 'bad-input', message: 'Not JSON.' }
  const fine = curation({ counts: { pairs: 71 } })
  editor = await open(new FakeHost(unread(failure), tasks(2)))
  const shown = editor.page.getByText('Not JSON.')
  const mend = (...runs: RunView[]): void => editor.host.mend({ ...fine, runs })
  await shown.waitFor()
  mend(run())
  await shown.waitFor({ state: 'detached' })
  editor.host.break(failure)
  await shown.waitFor()
  mend(run())
  await shown.waitFor({ state: 'detached' })
  expect(await editor.page.getByRole('tab', { name: 'Label' }).getAttribute('aria-selected')).toBe(
    'true',
  )
  editor.host.break(failure)
  mend(run(), run({ id: 'another' }))
  await editor.announced('A training run of SmolLM2-135M-Instruct started.')
})

test('among the runs, keys decide nothing; arrow keys change the view', async () => {
  await openRuns()
  for (const key of ['1', 't', 'u', 'n']) await editor.press(key)
  await editor.settle()
  // All is labelled: what the labels teach is asked for by itself.
  const asked = editor.host.asked.map(({ method }) => method)
  expect(asked.filter((method) => method !== 'labelAnalysis')).toEqual(['ready'])
  await editor.press('ArrowLeft')
  await editor.page.getByRole('searchbox').waitFor()
  await editor.press('ArrowLeft')
  await editor.page.getByRole('heading', { name: 'Prompt 1 of' }).waitFor()
})

/** Pixels of about this colour in the first chart. */
function inkOf(colour: string): Promise<number> {
  return editor.page
    .locator('aepo-chart canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement, wanted) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: [],
      }
      const [red = 0, green = 0, blue = 0] = (wanted.match(/\d+/g) ?? []).map(Number)
      let pixels = 0
      for (let at = 0; at < data.length; at += 4) {
        const near = (offset: number, value: number): boolean =>
          Math.abs((data[at + offset] ?? 0) - value) < 4
        if (near(0, red) && near(1, green) && near(2, blue) && near(3, 255)) pixels++
      }
      return pixels
    }, colour)
}

test('several are compared in a table, the best value of each figure marked', async () => {
  const value = (loss: number, heldOutAccuracy: number): Partial<RunView> => ({
    state: 'finished',
    points: [{ step: 9, figures: { loss, heldOutAccuracy, learningRate: 0.1 } }],
    step: 9,
  })
  const one = run({ id: '2025-03-14-1', ...value(0.5, 0.75) })
  const other = run({ id: '2025-03-14-2', rows: 90, ...value(0.25, 0.5) })
  await openRuns([one, other])
  const table = editor.page.getByRole('region', { name: 'Runs compared' })
  const cells = (): Promise<string[]> => table.locator('tr').allInnerTexts()
  const rows = (await cells()).map((text) => text.split('\t'))
  expect(rows[0]?.slice(1)).toEqual(['Rows', 'Steps', 'Loss', 'Held-out accuracy'])
  expect(rows.slice(1).map((row) => row.slice(1))).toEqual([
    ['90', '9', '0.25', '0.5'],
    ['71', '9', '0.5', '0.75'],
  ])
  expect(await table.locator('strong').allInnerTexts()).toEqual(['0.25', '0.75'])
  editor.host.tell({ runs: [one, { ...other, method: 'SPPO' }] })
  await expect.poll(() => table.locator('strong').count()).toBe(0)
  editor.host.tell({ runs: [one] })
  await table.waitFor({ state: 'detached' })
})
