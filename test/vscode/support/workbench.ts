// One VS Code window, driven as a person does: palette, quick picks, notifications, the curation
// editor, themes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Frame, FrameLocator, Locator, Page } from 'playwright-core'
import { Notifications } from './notifications'
import { QuickInput } from './quickInput'
import type { VSCode } from './server'
import { until } from '../../support/until'

/** The commands of the extension, as the palette shows them. */
export type CommandTitle =
  | 'AEPO: New Curation…'
  | 'AEPO: Open Sample'
  | 'AEPO: Add Prompts…'
  | 'AEPO: Import Candidates…'
  | 'AEPO: Import Prompts…'
  | 'AEPO: Generate Candidates'
  | 'AEPO: Stop Generation'
  | 'AEPO: Select Again'
  | 'AEPO: Open Curation'
  | 'AEPO: Open Curation as Text'
  | 'AEPO: Export Data Set…'
  | 'AEPO: Start Training Run…'
  | 'AEPO: Stop Training Run'
  | 'AEPO: Use as Generator…'
  | 'AEPO: Import Model…'
  | 'AEPO: Try Models…'
  | 'AEPO: Show Log'

/** Theme → how a webview's body names its kind, and a word of the workbench's class. */
const THEMES = {
  'Dark Modern': { kind: 'vscode-dark', workbench: 'dark_modern' },
  'Light Modern': { kind: 'vscode-light', workbench: 'light_modern' },
  'Default High Contrast': { kind: 'vscode-high-contrast', workbench: 'hc_black' },
  'Default High Contrast Light': { kind: 'vscode-high-contrast-light', workbench: 'hc_light' },
} as const
export type Theme = keyof typeof THEMES

const PICTURES = join(import.meta.dirname, '../../../test-results/pictures')

/** A cold start on a busy machine. */
const LOAD_LIMIT_MS = 90_000
/** The window is painted seconds before the commands of extensions are known. */
const COMMAND_LIMIT_MS = 45_000
const STEP_LIMIT_MS = 2_000

export class Workbench {
  readonly quickInput: QuickInput

  private constructor(
    readonly page: Page,
    private readonly vscode: VSCode,
    /** The folder that is open. */
    readonly workspace: string,
    /** All that were shown since the window was first opened. */
    readonly notifications: Notifications,
  ) {
    this.quickInput = new QuickInput(page)
  }

  /** Opens a folder in a page. */
  static async open(page: Page, vscode: VSCode, workspace: string): Promise<Workbench> {
    const notifications = await Notifications.watch(page)
    const workbench = new Workbench(page, vscode, workspace, notifications)
    await page.goto(vscode.addressOf(workspace))
    await workbench.isReady()
    return workbench
  }

  /** Runs a command by its exact title in the palette. */
  async runCommand(title: CommandTitle | (string & {})): Promise<void> {
    const asked = `>${title}`
    await until(
      `the command "${title}"`,
      async () => {
        await this.openPalette(asked)
        // A click takes this row; Enter would take whatever is selected, filtered by then or not.
        await this.quickInput.row(title).click({ timeout: STEP_LIMIT_MS })
        await until(
          'the palette to close',
          async () => (await this.quickInput.text()) !== asked,
          STEP_LIMIT_MS,
        )
        return true
      },
      COMMAND_LIMIT_MS,
    )
  }

  /** The command is there only while the side bar is: once it worked it cannot be tried again. */
  async closeSideBar(): Promise<void> {
    const closed = this.page.locator('.monaco-workbench.nosidebar')
    const title = 'View: Close Primary Side Bar'
    await until(
      'the side bar to close',
      async () => {
        if ((await closed.count()) > 0) return true
        await this.openPalette(`>${title}`)
        await this.quickInput.row(title).click({ timeout: STEP_LIMIT_MS })
        await closed.waitFor({ timeout: STEP_LIMIT_MS })
        return true
      },
      COMMAND_LIMIT_MS,
    )
  }

  /** The extension's commands that the palette offers now. */
  async offeredCommands(): Promise<string[]> {
    const always: CommandTitle = 'AEPO: Show Log'
    await this.openPalette('>AEPO: ')
    // The list is drawn whole: with this row there, the others are.
    await this.quickInput.row(always).waitFor({ timeout: LOAD_LIMIT_MS })
    const labels = await this.quickInput.labels()
    await this.quickInput.cancel()
    return labels.filter((label) => label.startsWith('AEPO: '))
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await until(
      `the file ${name}`,
      async () => {
        await this.openPalette(name)
        await this.quickInput.row(name).click({ timeout: STEP_LIMIT_MS })
        return true
      },
      COMMAND_LIMIT_MS,
    )
    await this.tab(name).waitFor()
  }

  /** As a person does: the file in the explorer, F2, the new name. */
  async renameInExplorer(name: string, newName: string): Promise<void> {
    const explorer = this.page.locator('.explorer-folders-view')
    await explorer.getByRole('treeitem', { name, exact: true }).click()
    await this.page.keyboard.press('F2')
    const input = explorer.locator('input')
    await input.fill(newName)
    await input.press('Enter')
  }

  /**
   * Reloads by the command: leaving the page instead would lose what a webview gave to setState in
   * the last seconds.
   */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: LOAD_LIMIT_MS })
    await this.runCommand('Developer: Reload Window')
    await loaded
    await this.isReady()
  }

  /** The inside of the curation editor, or of the nth webview that is open. */
  curation(nth = 0): FrameLocator {
    return this.page
      .locator('iframe.webview.ready')
      .nth(nth)
      .contentFrame()
      .frameLocator('iframe#active-frame')
  }

  /** The same as a frame, to evaluate scripts in (axe). */
  async curationFrame(nth = 0): Promise<Frame> {
    return until('the curation editor', async () => {
      const element = await this.curation(nth).owner().elementHandle({ timeout: STEP_LIMIT_MS })
      return element.contentFrame()
    })
  }

  /** An editor's tab. */
  tab(label: string): Locator {
    return this.page
      .locator('.tabs-container')
      .getByRole('tab', { name: new RegExp(`^${escapeRegExp(label)}(,|$)`) })
  }

  /** A status bar item by text. */
  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item', { hasText: text })
  }

  /** The visible lines of the terminal that is shown. */
  terminal(): Locator {
    return this.page.locator('.terminal-wrapper.active .xterm-rows')
  }

  /**
   * The rows of the Problems panel, which is opened: files, and their problems with line and
   * column.
   */
  async problems(): Promise<Locator> {
    await this.runCommand('Problems: Focus on Problems View')
    await this.page.locator('.markers-panel').waitFor()
    return this.page.locator('.markers-panel .monaco-list-row')
  }

  /**
   * Colours of the workspace; user settings would count after a reload only. Waits until the
   * webview has them, if there is one.
   */
  async setTheme(theme: Theme): Promise<void> {
    this.changeSettings({ 'workbench.colorTheme': theme })
    const webview = this.page.locator('iframe.webview.ready')
    await until(`the theme ${theme}`, async () => {
      if ((await webview.count()) > 0)
        return (
          (await this.curation()
            .locator('body')
            .getAttribute('data-vscode-theme-id', { timeout: STEP_LIMIT_MS })) === theme
        )
      return (await this.page.locator('.monaco-workbench').getAttribute('class'))?.includes(
        THEMES[theme].workbench,
      )
    })
  }

  /** Keeps a picture of the window in test-results/pictures/. */
  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) })
  }

  /** Adds to the workspace's settings, which VS Code watches. */
  changeSettings(settings: Readonly<Record<string, unknown>>): void {
    const file = join(this.workspace, '.vscode/settings.json')
    mkdirSync(join(this.workspace, '.vscode'), { recursive: true })
    writeFileSync(file, JSON.stringify({ ...readSettings(file), ...settings }, null, 2))
  }

  /** Log lines of the extension's channel in all sessions of this VS Code. */
  extensionLog(): string {
    return [...this.vscode.logs()]
      .filter(([file]) => file.includes('/aepo.aepo/'))
      .map(([, text]) => text)
      .join('')
  }

  private async openPalette(text: string): Promise<void> {
    await this.page.keyboard.press('Escape')
    // A webview that has the focus would keep the key.
    await this.page.evaluate(() => {
      if (document.activeElement instanceof HTMLIFrameElement) document.activeElement.blur()
    })
    await this.page.keyboard.press('F1')
    await this.quickInput.fill(text, STEP_LIMIT_MS)
  }

  private async isReady(): Promise<void> {
    await this.page
      .locator('.monaco-workbench .part.statusbar .statusbar-item')
      .first()
      .waitFor({ timeout: LOAD_LIMIT_MS })
  }
}

function readSettings(file: string): object {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as object
  } catch {
    return {}
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
