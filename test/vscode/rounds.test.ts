// The next round in the window: a finished run becomes the generator, its candidates are labelled
// beside those of the first round. The model of the run was built already, so no Python is needed.
import { expect } from 'vitest'
import { addFinishedRun, RUN } from './support/finishedRun'
import { labelledCuration } from './support/labelledCuration'
import { until } from '../support/until'
import { useVSCode } from './support/useVSCode'

const vscodeTest = useVSCode({ settings: { 'aepo.annotator': 'labeller' } })

vscodeTest(
  'a finished run generates the next round, and the first round stays labelled',
  {},
  async (workbench) => {
    const curation = await labelledCuration(workbench.workspace, 'trees', {
      prompts: ['Name a tree.', 'Name a bush.'],
      annotator: 'labeller',
      annotated: 2,
      maxNewTokens: 8,
    })
    addFinishedRun(curation.folder)
    await workbench.openFile('trees.aepo.json')
    const editor = workbench.curation()
    await editor.getByRole('tab', { name: /^Runs/ }).click()
    await editor.getByRole('button', { name: 'Use as Generator…' }).click()
    const dialog = workbench.notifications.dialog()
    await dialog.getByText('Begin round 2 with the model of this run?').waitFor()
    await workbench.picture('use-as-generator')
    await dialog.getByRole('button', { name: 'Build and Begin' }).click()
    await workbench.notifications.press(/^Round 2 begins\./, 'Generate Candidates')
    const rounds = editor.getByRole('combobox', { name: 'Round' })
    await until('round 2', async () => (await rounds.inputValue()) === '2')
    expect(curation.settings().rounds).toEqual([
      { generator: { model: `run:${RUN}`, device: 'auto' } },
    ])
    const sampled = (): number =>
      curation.candidates().candidates.filter((candidate) => candidate.round === 2).length
    await until('the candidates of round 2', () => sampled() === 4, 120_000)
    await editor.getByText('Generator of round 2').waitFor()
    await workbench.picture('next-round')
    await rounds.selectOption({ label: 'Round 1' })
    await editor.getByRole('tab', { name: /^Review/ }).click()
    await editor.getByText('Round 1 of 2, from SmolLM2-135M-Instruct').waitFor()
    await editor.getByText('2 of 2', { exact: true }).waitFor()
  },
)
