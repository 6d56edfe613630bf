// The project's extension, installed once for all files of the tests: unpacking it takes seconds.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installCodeServer } from '../../../scripts/lib/codeServer.mjs'
import { installExtension } from '../../../scripts/lib/server.mjs'
import { vsixPath } from '../../../scripts/lib/vsix.mjs'

const VARIABLE = 'AEPO_TEST_EXTENSIONS'

/** Set up before the workers start: they inherit the environment. */
export default async function installOnce(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'vsc-extension-'))
  await installExtension(await installCodeServer(), folder, vsixPath(), { HOME: folder })
  process.env[VARIABLE] = join(folder, 'extensions')
  return () => rmSync(folder, { recursive: true, force: true })
}

/** Puts the extension into the folder of a VS Code; its files may be changed there. */
export function copyExtension(folder: string): void {
  const installed = process.env[VARIABLE]
  if (installed === undefined) throw new Error('The extension was not installed.')
  cpSync(installed, join(folder, 'extensions'), { recursive: true })
}
