// The notifications of a window: all that were ever shown, since toasts go away, and the buttons of
// those still there.
import type { Locator, Page } from 'playwright-core'
import { until } from '../../support/until'

const ITEM = '.notification-list-item'
const MESSAGE = '.notification-list-item-message'
const LIMIT_MS = 60_000

export class Notifications {
  private readonly seen: string[] = []

  private constructor(private readonly page: Page) {}

  /** Begins to note them; to be called before the window is opened. Goes on through reloads. */
  static async watch(page: Page): Promise<Notifications> {
    const notifications = new Notifications(page)
    await page.exposeFunction('noteNotification', (text: string) => {
      if (text !== '' && notifications.seen.at(-1) !== text) notifications.seen.push(text)
    })
    await page.addInitScript(recordNotifications, MESSAGE)
    return notifications
  }

  /** Every text shown so far, oldest first. */
  all(): readonly string[] {
    return this.seen
  }

  /** Waits for one and gives its text. */
  async waitFor(text: string | RegExp, limitMs = LIMIT_MS): Promise<string> {
    return until(
      `the notification ${String(text)} among ${JSON.stringify(this.seen)}`,
      () => this.seen.find((one) => matches(one, text)),
      limitMs,
    )
  }

  /** Presses a button of one that is shown; opens the notification centre if its toast has gone. */
  async press(text: string | RegExp, button: string): Promise<void> {
    await this.waitFor(text)
    const item = this.page
      .locator(ITEM, { has: this.page.locator(MESSAGE, { hasText: text }) })
      .locator('visible=true')
      .first()
    if (!(await item.isVisible()))
      await this.page.locator('.statusbar-item#status\\.notifications').click()
    await item.hover()
    await item.getByRole('button', { name: button, exact: true }).click()
  }

  /** A modal dialog, with its text and buttons. */
  dialog(): Locator {
    return this.page.locator('.monaco-dialog-box')
  }
}

function matches(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)
}

/** Runs in the page. */
function recordNotifications(selector: string): void {
  const { noteNotification } = globalThis as unknown as { noteNotification: (text: string) => void }
  if (globalThis.top !== globalThis.self) return
  new MutationObserver(() => {
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      const text = element.innerText.trim()
      if (element.dataset['noted'] === text) continue
      element.dataset['noted'] = text
      noteNotification(text)
    }
  }).observe(document, { childList: true, subtree: true, characterData: true })
}
