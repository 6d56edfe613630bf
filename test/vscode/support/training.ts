// Start Training Run… as a person fills its form, and the run as its card shows it.
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { until } from '../../support/until'
import type { Workbench } from './workbench'

export const TINY_MODEL = join(import.meta.dirname, '../../../models/tiny-random')
/** Quick, and enough for the loss of a random model on four rows to fall. */
export const HYPERPARAMETERS = {
  maxSteps: 8,
  learningRate: 0.01,
  gradientAccumulation: 1,
  maxLength: 256,
  // the random model hardly ever ends a response by itself
  cutOff: 'keep',
}

/** Fills the form with the tiny model and {@link HYPERPARAMETERS}, and starts. */
export async function startTraining(
  workbench: Workbench,
  hyperparameters: Readonly<Record<string, number | string>> = HYPERPARAMETERS,
): Promise<void> {
  const form = await openTrainingForm(workbench)
  for (const [key, value] of Object.entries(hyperparameters))
    await setHyperparameter(form, key, String(value))
  await form.getByRole('button', { name: 'Start Run' }).click()
}

/** The form with the tiny model. */
async function openTrainingForm(workbench: Workbench): Promise<Locator> {
  const { quickInput } = workbench
  await workbench.runCommand('AEPO: Start Training Run…')
  const form = workbench.curation().getByRole('region', { name: 'New training run' })
  await form.getByLabel('Model').waitFor()
  await form.getByRole('button', { name: 'Other…' }).click()
  await quickInput.waitFor('Which model is trained?')
  await quickInput.pick('Folder…')
  await quickInput.choosePath(TINY_MODEL)
  await until('the tiny model', async () =>
    (await form.getByLabel('Model').inputValue()).endsWith('tiny-random'),
  )
  return form
}

/** Sets a field of the form, which then can be reset. */
export async function setHyperparameter(form: Locator, key: string, value: string): Promise<void> {
  const field = form.getByLabel(key, { exact: true })
  if ((await field.inputValue()) === value) return
  if ((await field.evaluate((element) => element.tagName)) === 'SELECT')
    await field.selectOption(value)
  else {
    await field.fill(value)
    await field.press('Enter')
  }
  await form.getByRole('button', { name: `Reset ${key} to its default` }).waitFor()
}

/** The card of the run on the tiny model, in the editor's list of runs. */
export async function runCard(workbench: Workbench): Promise<Locator> {
  await workbench.curation().getByRole('tab', { name: /^Runs/ }).click()
  return workbench.curation().getByRole('article', { name: /^DPO on tiny-random/ })
}
