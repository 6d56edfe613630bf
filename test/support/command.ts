// Runs the built command line as a user would, in a folder of its own.
import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

export const ROOT = path.resolve(import.meta.dirname, '../..')
export const TINY_MODEL = path.join(ROOT, 'models/tiny-random')

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

export function aepo(
  args: string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(ROOT, 'dist/cli.js'), ...args],
      { cwd: options.cwd, env: { ...process.env, ...options.env }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr })
      },
    )
  })
}

/** Runs with --json and parses the one object that stdout must be. @throws when the call failed. */
export async function aepoJson(
  args: string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Record<string, unknown>> {
  const outcome = await aepo([...args, '--json'], options)
  if (outcome.code !== 0)
    throw new Error(`aepo ${args.join(' ')} ended with ${outcome.code}: ${outcome.stderr}`)
  return JSON.parse(outcome.stdout) as Record<string, unknown>
}

export const temporaryFolder = (): string => mkdtempSync(path.join(os.tmpdir(), 'aepo-test-'))

/** The tiny model, without a GPU. */
export const TINY = { model: TINY_MODEL, device: 'cpu' }

/**
 * Writes a file of prompts and makes a curation of it.
 * @param name of the curation file; the prompts are in `prompts.jsonl` beside it.
 * @param options of `aepo init`, by their names.
 */
export async function initCuration(
  cwd: string,
  name: string,
  prompts: readonly string[],
  options: Readonly<Record<string, string | number>>,
): Promise<Record<string, unknown>> {
  writeFileSync(
    path.join(cwd, 'prompts.jsonl'),
    prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''),
  )
  const given = Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)])
  return aepoJson(['init', name, '--prompts', 'prompts.jsonl', ...given], { cwd })
}
