// The project's extension, installed once for all files of the tests: unpacking it takes seconds.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

const OTHERS = join(import.meta.dirname, '../extensions')

/**
 * Adds an extension of the tests to those of a VS Code that does not run yet.
 * @returns its id.
 */
export function addExtension(folder: string, name: string): string {
  const source = join(OTHERS, name)
  const { publisher, version } = JSON.parse(
    readFileSync(join(source, 'package.json'), 'utf8'),
  ) as Record<'publisher' | 'version', string>
  const id = `${publisher}.${name}`
  const relativeLocation = `${id}-${version}`
  const path = join(folder, 'extensions', relativeLocation)
  cpSync(source, path, { recursive: true })
  const list = join(folder, 'extensions/extensions.json')
  const installed = JSON.parse(readFileSync(list, 'utf8')) as object[]
  const location = { $mid: 1, path, scheme: 'file' }
  const entry = { identifier: { id }, version, location, relativeLocation, metadata: {} }
  writeFileSync(list, JSON.stringify([...installed, entry]))
  return id
}
