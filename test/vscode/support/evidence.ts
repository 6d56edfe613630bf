// What is left of a test: the errors VS Code logged about the extension, and everything to read
// after a failure.
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import type { VSCode } from './server'

const EXTENSION = 'aepo.aepo'
const RESULTS = join(import.meta.dirname, '../../../test-results/vscode')

/**
 * The errors in the logs of the extension hosts and of the extension's own channel that `before`
 * does not hold yet.
 */
export function extensionErrors(vscode: VSCode, before: ReadonlyMap<string, string>): string[] {
  return [...vscode.logs()].flatMap(([file, text]) => {
    const own = file.includes(`/${EXTENSION}/`)
    if (!own && !file.endsWith('exthost.log')) return []
    const fresh = text.slice(before.get(file)?.length ?? 0)
    return logEntries(fresh)
      .filter(
        (entry) =>
          / \[error\] /.test(entry.split('\n', 1)[0] ?? '') && (own || entry.includes(EXTENSION)),
      )
      .map(shortened)
  })
}

/** The first lines of an entry; the whole stack is in the log that is kept. */
function shortened(entry: string): string {
  return entry.trim().split('\n').slice(0, 3).join('\n')
}

/** A log's entries; the lines of a stack belong to the entry before them. */
function logEntries(text: string): string[] {
  return text.split(/\n(?=\d{4}-\d\d-\d\d \d\d:)/).filter(Boolean)
}

/** Notes what a page's console says and which exceptions nobody caught. */
export class PageRecord {
  private readonly lines: string[] = []
  /** Exceptions of the extension's webviews. */
  readonly webviewErrors: string[] = []

  constructor(page: Page) {
    page.on('console', (message) => this.lines.push(`[${message.type()}] ${message.text()}`))
    page.on('pageerror', (error) => {
      this.lines.push(`[exception] ${error.stack ?? error.message}`)
      if (error.stack?.includes(EXTENSION)) this.webviewErrors.push(error.stack)
    })
  }

  text(): string {
    return this.lines.join('\n')
  }
}

/** Copies logs and pictures to test-results/vscode/<test>/ and gives that folder. */
export async function keepEvidence(
  test: string,
  vscode: VSCode,
  context: BrowserContext,
  record: PageRecord,
): Promise<string> {
  const folder = join(RESULTS, test.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [index, page] of context.pages().entries())
    await page
      .screenshot({ path: join(folder, `page${index}.png`), timeout: 10_000 })
      .catch((error: unknown) => writeFileSync(join(folder, `page${index}.txt`), String(error)))
  writeFileSync(join(folder, 'console.log'), record.text())
  if (existsSync(vscode.logFolder))
    cpSync(vscode.logFolder, join(folder, 'logs'), { recursive: true })
  cpSync(vscode.serverLog, join(folder, 'server.log'))
  return folder
}
