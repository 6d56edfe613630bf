// Real processes for the faults that only processes have: killed, sharing a file, on a full or
// read-only disk.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { bundled } from '../../../support/bundled'

/** A program of test/unit/store/children; to be called while a test file is collected. */
export const childProgram = (name: string): string => bundled(`test/unit/store/children/${name}.ts`)

export interface Child {
  process: ChildProcessWithoutNullStreams
  /** Lines of its output as they come. */
  lines: AsyncIterableIterator<string>
  /** How it ended: exit code or signal, and what it wrote to stderr. */
  ended: Promise<{ code: number | null; signal: string | null; errors: string }>
}

export function startChild(program: string, parameters: unknown, before: string[] = []): Child {
  const words = [...before, process.execPath, program, JSON.stringify(parameters)]
  const child = spawn(words[0] ?? process.execPath, words.slice(1))
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  return {
    process: child,
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    ended: new Promise((resolve) =>
      child.on('close', (code, signal) => resolve({ code, signal, errors })),
    ),
  }
}

/** Runs to its end and gives the JSON value of its last line. */
export async function resultOf<T>(child: Child): Promise<T> {
  let last = ''
  for await (const line of child.lines) last = line
  const { code, errors } = await child.ended
  if (code !== 0) throw new Error(`The child ended with ${String(code)}: ${errors}`)
  return JSON.parse(last) as T
}
