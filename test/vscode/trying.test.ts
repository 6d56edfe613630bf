// A finished run is tried in the window: it answers beside its base, blind. A pair that is kept is
// a row of the data set.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { addFinishedRun, RUN } from './support/finishedRun'
import { labelledCuration } from './support/labelledCuration'
import { until } from '../support/until'
import { useVSCode } from './support/useVSCode'

const BASE = 'SmolLM2-135M-Instruct'

const vscodeTest = useVSCode({ settings: { 'aepo.annotator': 'labeller' } })

vscodeTest(
  'a run answers beside its base; a pair is voted on, kept and undone',
  {},
  async (workbench) => {
    const curation = await labelledCuration(workbench.workspace, 'trees', {
      prompts: ['Name a tree.', 'Name a bush.'],
      annotator: 'labeller',
      annotated: 1,
      maxNewTokens: 300,
    })
    addFinishedRun(curation.folder)
    const rows = (): string[] =>
      readFileSync(join(workbench.workspace, 'trees.dpo.jsonl'), 'utf8').trim().split('\n')
    await workbench.openFile('trees.aepo.json')
    const editor = workbench.curation()
    await editor.getByRole('tab', { name: /^Runs/ }).click()
    await editor.getByRole('button', { name: 'Try Model' }).click()
    const prompt = editor.getByRole('textbox', { name: 'Prompt' })
    await prompt.fill('Name a river.')
    await prompt.press('Enter')
    const answers = editor.locator('#try-answers')
    const decisions = editor.getByRole('region', { name: 'Your vote' })
    await decisions.getByText('Which response is better?').waitFor({ timeout: 120_000 })
    expect(await answers.innerText()).not.toMatch(new RegExp(`${BASE}|${RUN}`))
    await workbench.picture('try-blind')
    // The run is of a random model, whose answers do not end: a pair that prefers one is no row.
    const isFirstCutOff =
      (await answers.getByRole('article').first().locator('.cut-off').count()) > 0
    await workbench.page.keyboard.press(isFirstCutOff ? '2' : '1')
    await answers.getByText(`: ${RUN}`).waitFor()
    await answers.getByText(`: ${BASE}`).waitFor()
    expect(rows()).toHaveLength(1)
    await workbench.page.keyboard.press('k')
    await decisions.getByText('Kept as a label of this curation.').waitFor()
    await until('the row of the pair', () => rows().length === 2)
    expect(rows()[1]).toContain('Name a river.')
    expect(curation.selections().at(-1)).toMatchObject({ method: 'given', k: 2 })
    await workbench.picture('try-kept')
    await workbench.page.keyboard.press('u')
    await until('the row to go', () => rows().length === 1)
    await workbench.page.keyboard.press('n')
    await workbench.page.keyboard.type('And where is it?')
    await workbench.page.keyboard.press('Enter')
    await editor.getByRole('button', { name: 'Stop' }).click()
    await decisions.getByText('Stopped.').waitFor()
    await workbench.page.keyboard.press('r')
    await decisions.getByText('Which response is better?').waitFor({ timeout: 120_000 })
    await editor.getByRole('region', { name: 'Conversation' }).getByText('Name a river.').waitFor()
  },
)
