// A run of the embedded model as its card shows it. The run was recorded: the defaults, on labels
// of the sample. Its picture is docs/pictures/training.png.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { useVSCode } from './support/useVSCode'

const SAMPLES = join(import.meta.dirname, '../../samples')
const RUN = join(import.meta.dirname, 'recorded/first-labels.aepo')

/** The files of a folder, at their places in the workspace. */
function filesUnder(folder: string, place: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name)
      return [file.replace(folder, place), readFileSync(file, 'utf8')]
    }),
  )
}

const vscodeTest = useVSCode({ settings: { 'aepo.annotator': 'me' } })

vscodeTest(
  'a run of the embedded model is shown with its held-out curves',
  {
    files: {
      ...filesUnder(SAMPLES, '.'),
      ...filesUnder(RUN, 'first-labels.aepo'),
    },
  },
  async (workbench) => {
    await workbench.openFile('first-labels.aepo.json')
    await workbench.closeSideBar()
    const editor = workbench.curation()
    await editor.getByRole('tab', { name: /^Runs/ }).click()
    const run = editor.getByRole('article', { name: /^DPO on SmolLM2-135M-Instruct/ })
    await run.getByText('Finished').waitFor()
    await run.getByText('Step 56 of 56').waitFor()
    for (const curves of [
      /^Loss over .* Held-out loss over/,
      /^Reward margin over .* Held-out margin over/,
      /^Accuracy over .* Held-out accuracy over/,
    ])
      await run.getByRole('img', { name: curves }).waitFor()
    await workbench.page.setViewportSize({ width: 1280, height: 860 })
    await workbench.picture('training')
  },
)
