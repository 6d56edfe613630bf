// VS Code's one input at the top: palette, quick picks, input boxes, the simple file dialog.
import type { Locator, Page } from 'playwright-core'
import { until } from '../../support/until'

const LIMIT_MS = 30_000
/** Looks in a row that must find the same. */
const STILL_POLLS = 5

export class QuickInput {
  private readonly widget: Locator
  private readonly input: Locator
  readonly rows: Locator

  constructor(private readonly page: Page) {
    this.widget = page.locator('.quick-input-widget')
    this.input = this.widget
      .locator('.quick-input-filter input.input, .quick-input-box input.input')
      .first()
    this.rows = this.widget.locator('.quick-input-list .monaco-list-row')
  }

  /** The row with exactly this label. */
  row(label: string): Locator {
    return this.rows
      .filter({
        has: this.page.locator('.quick-input-list-label .label-name', {
          hasText: new RegExp(`^\\s*${label.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}\\s*$`),
        }),
      })
      .first()
  }

  /** What stands in the input; undefined while nothing is asked. */
  async text(): Promise<string | undefined> {
    return (await this.input.isVisible()) ? this.input.inputValue() : undefined
  }

  /** Waits for a question: its title or placeholder contains this text. */
  async waitFor(question: string | RegExp): Promise<void> {
    await until(
      `the question ${String(question)}`,
      async () => {
        const shown = await this.question()
        return typeof question === 'string' ? shown.includes(question) : question.test(shown)
      },
      LIMIT_MS,
    )
  }

  /** Title, placeholder and message of what is asked now. */
  async question(): Promise<string> {
    if (!(await this.widget.isVisible())) return ''
    const [title, placeholder, message] = await Promise.all([
      this.title(),
      this.input.getAttribute('placeholder'),
      this.widget.locator('.quick-input-message').innerText(),
    ])
    return [title, placeholder, message].filter(Boolean).join('\n')
  }

  private async title(): Promise<string | undefined> {
    return (await this.widget.isVisible())
      ? this.widget.locator('.quick-input-title').innerText()
      : undefined
  }

  /** The labels that are offered. */
  async labels(): Promise<string[]> {
    await this.rows.first().waitFor({ timeout: LIMIT_MS })
    return (await this.rows.locator('.quick-input-list-label .label-name').allInnerTexts()).map(
      (label) => label.trim(),
    )
  }

  /** Takes one of the offered. */
  async pick(label: string): Promise<void> {
    await this.row(label).click({ timeout: LIMIT_MS })
  }

  async fill(text: string, limitMs = LIMIT_MS): Promise<void> {
    await this.input.fill(text, { timeout: limitMs })
  }

  /** Answers an input box. */
  async answer(text: string): Promise<void> {
    await this.fill(text)
    await this.input.press('Enter')
  }

  /** Takes what is proposed. */
  async accept(): Promise<void> {
    await this.input.press('Enter', { timeout: LIMIT_MS })
  }

  /** Goes back to the question before. */
  async back(): Promise<void> {
    await this.widget.getByRole('button', { name: 'Back' }).first().click({ timeout: LIMIT_MS })
  }

  /** Why an input box does not take what stands in it. */
  async validationMessage(): Promise<string> {
    await this.widget.locator('.monaco-inputbox.error').waitFor({ timeout: LIMIT_MS })
    return this.widget.locator('.quick-input-message').innerText()
  }

  /** Answers the simple file dialog (open or save) with an absolute path. */
  async choosePath(path: string): Promise<void> {
    await this.rows.first().waitFor({ timeout: LIMIT_MS })
    await this.restsAt((text) => text.startsWith('/'))
    const dialog = await this.title()
    await this.fill(path)
    await this.restsAt((text) => text === path)
    await this.widget
      .locator('.quick-input-action .monaco-button:not(.secondary):visible')
      .first()
      .click({ timeout: LIMIT_MS })
    await until(
      'the file dialog to close',
      async () => (await this.title()) !== dialog || !(await this.text())?.startsWith('/'),
      LIMIT_MS,
    )
  }

  /**
   * Waits until the file dialog leaves its text alone: while it reads a folder it takes what is
   * typed for a part of its own path.
   */
  private async restsAt(expected: (text: string) => boolean): Promise<void> {
    let before: string | undefined
    let unchanged = 0
    await until(
      'the file dialog to be ready',
      async () => {
        const text = await this.text()
        unchanged = text === before ? unchanged + 1 : 0
        before = text
        return unchanged >= STILL_POLLS && text !== undefined && expected(text)
      },
      LIMIT_MS,
    )
  }

  async cancel(): Promise<void> {
    await this.page.keyboard.press('Escape')
    await this.input.waitFor({ state: 'hidden', timeout: LIMIT_MS })
  }
}
