// The entry for test files: one VS Code and one browser per file, a new window and workspace per
// test.
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { findChromium } from '../../../scripts/lib/chromium.mjs'
import { PageRecord, extensionErrors, keepEvidence } from './evidence'
import { VSCode, type VSCodeOptions } from './server'
import { Workbench } from './workbench'

const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-dev-shm-usage',
]

interface WindowOptions {
  /** Files of the workspace, by path. */
  files?: Readonly<Record<string, string | Uint8Array>>
  /** Name of the workspace's folder, where that matters. */
  folder?: string
  /** Errors the test provokes: entries of the extension's log that match are no failure. */
  provokes?: readonly RegExp[]
  /** Of a test that takes longer than others. */
  limitMs?: number
}

export interface VSCodeTest {
  /** A test in a window of its own. It fails, too, when the extension logged an error. */
  (
    name: string,
    options: WindowOptions,
    body: (workbench: Workbench, vscode: VSCode) => Promise<void>,
  ): void
}

/** Call once at the top of a file; gives the function that defines its tests. */
export function useVSCode(options?: VSCodeOptions): VSCodeTest {
  let vscode: VSCode | undefined
  let browser: Browser | undefined

  beforeAll(async () => {
    vscode = await VSCode.start(options)
    browser = await chromium.launch({ executablePath: findChromium(), args: BROWSER_ARGUMENTS })
  })
  afterAll(async () => {
    await browser?.close()
    await vscode?.stop()
  })

  return (name, { files = {}, folder, provokes = [], limitMs }, body) => {
    test(name, limitMs === undefined ? {} : { timeout: limitMs }, async () => {
      if (!vscode || !browser) throw new Error('VS Code was not started.')
      const before = vscode.logs()
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        locale: 'en-US',
        reducedMotion: 'reduce',
      })
      const page = await context.newPage()
      const record = new PageRecord(page)
      try {
        await body(await Workbench.open(page, vscode, vscode.newWorkspace(files, folder)), vscode)
        const errors = [...extensionErrors(vscode, before), ...record.webviewErrors].filter(
          (error) => !provokes.some((pattern) => pattern.test(error)),
        )
        if (errors.length > 0) throw new Error(`The extension logged errors:\n${errors.join('\n')}`)
      } catch (error) {
        const folder = await keepEvidence(name, vscode, context, record)
        if (error instanceof Error) error.message += `\n(logs and pictures: ${folder})`
        throw error
      } finally {
        await context.close()
      }
    })
  }
}
