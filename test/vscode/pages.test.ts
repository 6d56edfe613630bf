// The pages that VS Code shows of the extension: nothing on them is broken.
import { expect } from 'vitest'
import { until } from '../support/until'
import { useVSCode } from './support/useVSCode'

const vscodeTest = useVSCode()

/** Steps of the walkthrough, and how the labels of their pictures begin. */
const PICTURES = [
  ['Label the sample', /^Two responses/],
  ['Start from your own prompts', /^A file of prompts/],
  ['Generate candidates', /^Many candidates/],
  ['Train', /^The loss/],
] as const

vscodeTest('the page of the extension has no broken picture', {}, async (workbench) => {
  await workbench.runCommand('Extensions: Show Installed Extensions')
  await workbench.page
    .locator('.extensions-list .monaco-list-row', { hasText: 'AEPO' })
    .first()
    .click()
  const page = workbench.curation()
  await page.getByRole('heading', { name: 'The main job' }).waitFor()
  expect(await page.locator('img').count()).toBe(0)
  await workbench.picture('extension-page')
})

vscodeTest('each page of the walkthrough shows its picture', {}, async (workbench) => {
  // The pictures stand beside the steps where there is room.
  await workbench.closeSideBar()
  await workbench.runCommand('Welcome: Open Walkthrough...')
  await workbench.quickInput.pick('Make a preference data set')
  for (const [step, label] of PICTURES) {
    await workbench.page.locator('.getting-started-step', { hasText: step }).first().click()
    const picture = workbench.curation().getByRole('img', { name: label })
    await until(`the picture of "${step}"`, () =>
      picture.evaluate((image) => (image as HTMLImageElement).naturalWidth > 0),
    )
  }
  await workbench.picture('walkthrough')
})
