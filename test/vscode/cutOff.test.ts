// A data set of responses that were all cut off: the run is refused, and can be started with them.
import { expect } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import { labelledCuration } from './support/labelledCuration'
import { runCard, startTraining } from './support/training'
import { useVSCode } from './support/useVSCode'

const vscodeTest = useVSCode({
  settings: { 'aepo.annotator': 'trainer', 'aepo.training.python': await installPython() },
})

vscodeTest(
  'a run whose rows were all cut off can be started with them, and not without',
  {},
  async (workbench) => {
    const curation = await labelledCuration(workbench.workspace, 'trees', {
      prompts: ['Name a tree.', 'Name a bush.', 'Name a herb.'],
      annotator: 'trainer',
      annotated: 3,
      finishReason: 'length',
    })
    await workbench.openFile('trees.aepo.json')
    await workbench.curation().getByText('3 preference pairs').first().waitFor()
    await startTraining(workbench, { maxSteps: 1, maxLength: 256 })
    const dialog = workbench.notifications.dialog()
    await dialog.getByText('This run cannot start.').waitFor()
    await dialog
      .getByText(/3 rows \(1, 2, 3\) are left out\. The chosen response was cut off\./)
      .waitFor()
    await workbench.picture('cut-off-question')
    expect(await dialog.getByRole('button', { name: 'Start Run' }).count()).toBe(0)
    await dialog.getByRole('button', { name: 'Keep Cut-Off Rows' }).click()
    const run = await runCard(workbench)
    await run.getByText('Finished').waitFor({ timeout: 240_000 })
    const [id = ''] = curation.runIds()
    expect(curation.run(id).file.common.cutOff).toBe('keep')
  },
)
