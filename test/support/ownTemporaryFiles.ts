// A temporary directory for one run of the tests, which leaves nothing behind.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const VARIABLE = process.platform === 'win32' ? 'TEMP' : 'TMPDIR'

/** Set up before the workers start: they inherit the environment. */
export default function ownTemporaryFiles(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'aepo-tests-'))
  process.env[VARIABLE] = folder
  // Programs of Node are started by the hundred: each is compiled once.
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compiled')
  return () => rmSync(folder, { recursive: true, force: true })
}
