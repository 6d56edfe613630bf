// A folder of its own for each test, gone afterwards.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
