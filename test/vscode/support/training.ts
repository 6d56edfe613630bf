// Start Training Run… as a person goes through it, up to the last question; and the run as its card
// shows it.
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
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

/** Answers every question with the tiny model and {@link HYPERPARAMETERS}, and starts. */
export async function startTraining(
  workbench: Workbench,
  hyperparameters: Readonly<Record<string, number | string>> = HYPERPARAMETERS,
): Promise<void> {
  const { quickInput } = workbench
  await workbench.runCommand('AEPO: Start Training Run…')
  await quickInput.waitFor('Which model is trained?')
  await quickInput.row('SmolLM2-135M-Instruct (embedded)').waitFor()
  await quickInput.pick('Folder…')
  await quickInput.choosePath(TINY_MODEL)
  await quickInput.waitFor('Training method')
  await quickInput.pick('DPO')
  for (const [key, value] of Object.entries(hyperparameters)) {
    await quickInput.waitFor('Start, or choose a value to change it')
    await quickInput.fill(key) // the list is longer than its window
    await quickInput.pick(key)
    await quickInput.waitFor(key)
    await quickInput.answer(String(value))
  }
  await quickInput.waitFor('Start, or choose a value to change it')
  await quickInput.pick('Start')
}

/** The card of the run on the tiny model, in the editor's list of runs. */
export async function runCard(workbench: Workbench): Promise<Locator> {
  await workbench.curation().getByRole('tab', { name: /^Runs/ }).click()
  return workbench.curation().getByRole('article', { name: /^DPO on tiny-random/ })
}
