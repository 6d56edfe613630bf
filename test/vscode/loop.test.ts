// The loop as a person goes through it in the window: runs of every method, one of them paused and
// one killed; the next round sampled from a trained model, labelled and trained; a prompt tried, an
// evaluation voted on, a report read. And a judge beside it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import { METHOD_IDS } from '../../src/core/training/methods/table'
import { startFakeServer } from '../support/servers/fakeServer'
import { labelledCuration } from './support/labelledCuration'
import { Labelling } from './support/labelling'
import { pictures } from './support/pictures'
import { Runs } from './support/runs'
import { processesOf } from './support/server'
import { until } from '../support/until'
import { useVSCode } from './support/useVSCode'

const LABELLER = 'labeller'
const PROMPTS = ['tree', 'bush', 'herb', 'river', 'city', 'bird', 'stone', 'fruit'].map(
  (thing) => `Name a ${thing}.`,
)
const BASE = 'SmolLM2-135M-Instruct'
/** Steps take some hundredths of a second: time enough to press a button meanwhile. */
const PAUSED_STEPS = 200
/** The first checkpoint, at which the process is killed at once, is that of step 50. */
const KILLED_STEPS = 120
const TRAINS = { learningRate: '0.001', heldOut: '0.25' }
const SHORT = { maxSteps: '4' }
const ACCELERATE =
  'distributed_type: FSDP\nnum_processes: 2\nmixed_precision: bf16\nfsdp_config:\n  fsdp_version: 2\n'
const BUILD_LIMIT_MS = 400_000

const server = await startFakeServer({ says: () => '{"verdict": "A"}' })
afterAll(() => server.close())

const vscodeTest = useVSCode({
  settings: { 'aepo.annotator': LABELLER, 'aepo.training.python': await installPython() },
})

vscodeTest(
  'every method trains from the form, and a trained model goes through the next round',
  { limitMs: 2_400_000 },
  async (workbench, vscode) => {
    const curation = await labelledCuration(workbench.workspace, 'things', {
      prompts: PROMPTS,
      annotator: LABELLER,
      annotated: PROMPTS.length,
      maxNewTokens: 8,
    })
    const runs = new Runs(workbench, curation)
    await workbench.openFile('things.aepo.json')
    const editor = workbench.curation()
    await workbench.closeSideBar()

    writeFileSync(join(workbench.workspace, 'accelerate.yaml'), ACCELERATE)
    const form = await runs.openForm('dpo')
    const file = form.getByLabel('accelerateConfig', { exact: true })
    await form.locator('details', { hasText: 'accelerateConfig' }).locator('summary').click()
    await form.getByRole('button', { name: 'Choose…' }).click()
    await workbench.quickInput.choosePath(join(workbench.workspace, 'accelerate.yaml'))
    await form.getByText('2 processes · FSDP, version 2 · mixed precision bf16').waitFor()
    expect(await file.inputValue()).toBe('accelerate.yaml')
    await file.scrollIntoViewIfNeeded()
    await workbench.picture('form-file')
    await form.getByRole('button', { name: 'Cancel' }).click()

    const paused = await runs.start('dpo', { ...TRAINS, maxSteps: `${PAUSED_STEPS}` })
    await runs.records(paused, 'log')
    await runs.press(paused, 'Pause Run')
    await runs.stands(paused, 'Paused')
    await runs.press(paused, 'Resume Run')
    await runs.stands(paused, 'Finished')
    const [, resumedAt = 0] = runs.startsOf(paused)
    expect(resumedAt).toBeGreaterThan(0)
    expect(resumedAt).toBeLessThan(PAUSED_STEPS)

    const killed = await runs.start('sgdpo', { ...TRAINS, maxSteps: `${KILLED_STEPS}` })
    await runs.records(killed, 'save')
    const runners = processesOf(vscode.folder).filter(({ command }) => command.includes(killed))
    expect(runners).toHaveLength(1)
    for (const { pid } of runners) process.kill(pid, 'SIGKILL')
    await runs.stands(killed, 'Failed')
    await runs
      .card(killed)
      .getByText(/its process was killed/)
      .waitFor()
    await runs.card(killed).getByRole('heading').scrollIntoViewIfNeeded()
    await workbench.picture('run-killed')
    await runs.press(killed, 'Resume Run')
    await runs.stands(killed, 'Finished')
    // A run that goes on has the terminal that it had.
    const terminals = workbench.page.locator('.terminal-tabs-entry', { hasText: 'SGDPO' })
    expect(await terminals.locator('visible=true').count()).toBe(1)
    expect(runs.startsOf(killed)).toHaveLength(2)

    for (const [method, own] of [
      ['sppo', {}],
      ['kto', {}],
      ['reward', {}],
      ['sgpo', { previous: paused }],
      ['accelerated', { previous: paused }],
    ] as const)
      await runs.stands(await runs.start(method, { ...SHORT, ...own }), 'Finished')
    const trained = curation.runIds().map((id) => curation.runFile(id).method)
    expect(trained.sort()).toEqual([...METHOD_IDS].sort())
    await workbench.runCommand('View: Hide Panel')
    const compared = editor.getByRole('region', { name: 'Runs compared' })
    const heads = await compared.getByRole('columnheader').allInnerTexts()
    expect(heads).toEqual(expect.arrayContaining(['method', 'maxSteps', 'learningRate', 'epsilon']))
    expect(heads).not.toContain('model')
    const lines = await editor.locator('.compared .names .swatch').count()
    expect(lines).toBeGreaterThan(1)
    expect(await compared.locator('.swatch').count()).toBe(lines)
    await editor.getByText('Runs compared').scrollIntoViewIfNeeded()
    await pictures(workbench, 'runs-compared')

    await runs.press(paused, 'Use as Generator…')
    await workbench.notifications.dialog().getByRole('button', { name: 'Build and Begin' }).click()
    await workbench.notifications.waitFor(/^Round 2 begins\./, BUILD_LIMIT_MS)
    await workbench.notifications.press(/^Round 2 begins\./, 'Try It First')
    const prompt = editor.getByRole('textbox', { name: 'Prompt' })
    await prompt.fill('Name a lake.')
    await prompt.press('Enter')
    const vote = editor.getByRole('region', { name: 'Your vote' })
    await vote.getByText('Which response is better?').waitFor({ timeout: 120_000 })
    await workbench.page.keyboard.press('t')
    await editor.locator('#try-answers').getByText(`: ${paused}`).waitFor()
    await pictures(workbench, 'try')

    await workbench.runCommand('AEPO: Generate Candidates')
    await editor.getByRole('tab', { name: /^Label/ }).click()
    const labelling = new Labelling(editor)
    await labelling.waitForCounts({ candidates: 2 * PROMPTS.length, selected: PROMPTS.length })
    for (let done = 0; done < 3; done++) await labelling.decide('1 Prefer')
    const second = await runs.start('dpo', { ...SHORT, cutOff: 'keep' })
    await runs.stands(second, 'Finished')
    expect(curation.run(second)).toMatchObject({
      file: { round: 2 },
      data: { length: PROMPTS.length + 3 },
    })

    await workbench.runCommand('AEPO: Evaluate Two Models…')
    await workbench.quickInput.waitFor('The first model (A)')
    await workbench.quickInput.pick(paused)
    await workbench.quickInput.waitFor('The second model (B)')
    await workbench.quickInput.pick(BASE)
    await workbench.quickInput.waitFor('On which prompts?')
    await workbench.quickInput.pick('Held-out prompts')
    await editor.getByText('0 of 2 pairs voted on').waitFor({ timeout: 120_000 })
    await workbench.picture('evaluation-blind')
    await labelling.choose('1 Prefer')
    await editor.getByText('1 of 2 pairs voted on').waitFor()
    await labelling.choose('2 Prefer')
    const result = editor.getByRole('region', { name: 'Result' })
    await result.getByText('Prompts with votes').waitFor()
    await workbench.runCommand('View: Hide Panel')
    await pictures(workbench, 'evaluation')

    await runs.show()
    await runs.press(second, 'Open Report')
    const report = workbench.curation(1)
    await report.getByRole('heading', { name: 'Regression check' }).waitFor()
    const chart = report.getByRole('img', { name: 'Loss' }).first()
    await until('the picture of the loss', () =>
      chart.evaluate((image) => (image as HTMLImageElement).naturalWidth > 0),
    )
    await workbench.picture('report')
    await chart.scrollIntoViewIfNeeded()
    await workbench.picture('report-charts')
  },
)

vscodeTest('a judge is run, and its report says what moves it', {}, async (workbench) => {
  const { file } = await labelledCuration(workbench.workspace, 'things', {
    prompts: PROMPTS,
    annotator: LABELLER,
    annotated: PROMPTS.length,
  })
  const judges = [{ name: 'first', kind: 'server', server: server.url, model: 'm' }]
  const settings = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...settings, judges }))
  await workbench.openFile('things.aepo.json')
  const editor = workbench.curation()
  await new Labelling(editor).waitForCounts({ pairs: PROMPTS.length })
  await workbench.runCommand('AEPO: Run Judge…')
  await workbench.notifications.waitFor(
    /^The judge first has an opinion on 8 comparisons\. Agreement with the labels: .* It prefers the response that it sees first\./,
  )
  await editor.getByRole('tab', { name: /^Review/ }).click()
  const report = editor.locator('.judge-report')
  await report.locator('summary', { hasText: 'first' }).click()
  await report.getByText('It prefers the response that it sees first.').waitFor()
  await workbench.picture('judge-report')
  const journal = readFileSync(join(file.replace(/\.json$/, ''), 'judges/first.jsonl'), 'utf8')
  expect(journal.match(/"verdict\\": \\"A/g)).toHaveLength(2 * PROMPTS.length)
})
