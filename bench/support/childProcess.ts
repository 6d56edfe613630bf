// A bundled script of bench/children in a process of its own; its last line is the result as JSON.
import { spawnSync } from 'node:child_process'
import path from 'node:path'

/**
 * Runs `NAME.child` to its end.
 * @throws Error with what it wrote to stderr when it fails.
 */
export function resultOfChild(name: string, args: readonly string[]): unknown {
  const child = path.join(import.meta.dirname, `${name}.child.mjs`)
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--no-warnings', child, ...args],
    { encoding: 'utf8', maxBuffer: 1 << 26 },
  )
  if (status !== 0)
    throw new Error(`${name} ${args.join(' ')} ended with ${String(status)}: ${stderr}`)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}
