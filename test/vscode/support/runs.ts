// The runs of a curation in its editor: started by the form, one after the other, each with its
// card.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { expect } from 'vitest'
import type { CurationOnDisk } from './curationOnDisk'
import { setHyperparameter, TINY_MODEL } from './training'
import { until } from '../../support/until'
import type { Workbench } from './workbench'

/** The libraries of a run take a minute to load where four times as much is running. */
const RUN_LIMIT_MS = 300_000
const MODEL = 'tiny-random'

export class Runs {
  /** The form offers the tiny model: a copy of it is in the workspace. */
  constructor(
    private readonly workbench: Workbench,
    private readonly curation: CurationOnDisk,
  ) {
    cpSync(TINY_MODEL, join(workbench.workspace, MODEL), { recursive: true })
  }

  async show(): Promise<void> {
    await this.workbench.curation().getByRole('tab', { name: /^Runs/ }).click()
  }

  /**
   * Opens the form with the tiny model and a method, and the values of a quick check. The model of
   * the newest run is chosen already.
   */
  async openForm(method: string): Promise<Locator> {
    const editor = this.workbench.curation()
    await this.show()
    await editor.getByRole('button', { name: 'Start Training Run…' }).click()
    const form = editor.getByRole('region', { name: 'New training run' })
    const model = form.getByLabel('Model')
    if (this.curation.runIds().length === 0) await model.selectOption(MODEL)
    expect(await model.inputValue()).toBe(MODEL)
    await form.getByLabel('Method').selectOption(method)
    await form.getByRole('button', { name: 'Quick check' }).click()
    await form.getByRole('button', { name: 'Reset maxSteps to its default' }).waitFor()
    return form
  }

  /** Starts a run by the form. @returns its id, once its card is shown. */
  async start(method: string, values: Readonly<Record<string, string>> = {}): Promise<string> {
    const before = this.curation.runIds()
    const form = await this.openForm(method)
    for (const [key, value] of Object.entries(values)) await setHyperparameter(form, key, value)
    await form.getByRole('button', { name: 'Start Run' }).click()
    const id = await until(
      `the run of ${method}`,
      () => this.curation.runIds().find((each) => !before.includes(each)),
      RUN_LIMIT_MS,
    )
    await this.card(id).waitFor({ timeout: RUN_LIMIT_MS })
    return id
  }

  card(id: string): Locator {
    return this.workbench.curation().locator(`article[aria-labelledby="run-${id}"]`)
  }

  /** Waits until the card says how the run stands. */
  async stands(id: string, state: string): Promise<void> {
    await this.card(id)
      .locator('.run-state', { hasText: new RegExp(`^${state}$`) })
      .waitFor({ timeout: RUN_LIMIT_MS })
  }

  async press(id: string, button: string): Promise<void> {
    await this.card(id).getByRole('button', { name: button }).click({ timeout: RUN_LIMIT_MS })
  }

  /** Waits until the metrics of a run have an event. */
  async records(id: string, event: 'log' | 'save'): Promise<void> {
    await until(
      `the event ${event} of ${id}`,
      () => this.curation.metrics(id).some((metric) => metric.event === event),
      RUN_LIMIT_MS,
    )
  }

  /** The steps at which the process of a run began. */
  startsOf(id: string): number[] {
    return this.curation.metrics(id).flatMap(({ event, step }) => (event === 'start' ? [step] : []))
  }
}
