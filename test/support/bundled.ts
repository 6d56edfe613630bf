// A program of the sources for Node, bundled for the tests of one file.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')

/** @param source relative to the checkout. To be called while a test file is collected. */
export function bundled(source: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-bundled-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const outfile = path.join(folder, `${path.basename(source, '.ts')}.cjs`)
  buildSync({
    entryPoints: [path.join(ROOT, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  })
  return outfile
}
