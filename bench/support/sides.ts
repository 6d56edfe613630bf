// Runs one side of a bench on a large curation in a process of its own.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { SideResult } from '../children/largeCuration.child'
import { makeLargeCuration } from './largeCuration'

/** Candidates of each prompt. */
const N = 128

export type SideName = 'ours' | 'sqlite' | 'sqlite-from-journals'

/** @param decisions selections that are annotated after opening. */
export function runSide(
  side: SideName,
  file: string,
  annotator: string,
  decisions: number,
): SideResult {
  const child = path.join(import.meta.dirname, 'largeCuration.child.mjs')
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--no-warnings', child, side, file, annotator, String(decisions)],
    { encoding: 'utf8', maxBuffer: 1 << 26 },
  )
  if (status !== 0) throw new Error(`${side} ended with ${String(status)}: ${stderr}`)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as SideResult
}

/**
 * Calls `work` with a curation of each size.
 * @param sizes numbers of candidates, with commas between.
 * @param folder where curations are kept for the next run; a temporary folder where empty.
 */
export async function withCurations(
  sizes: string,
  folder: string,
  work: (file: string, candidates: number) => Promise<void> | void,
): Promise<void> {
  const place = folder === '' ? mkdtempSync(path.join(os.tmpdir(), 'aepo-bench-')) : folder
  try {
    for (const size of sizes.split(',').map(Number)) {
      const prompts = Math.round(size / N)
      const own = path.join(place, String(prompts))
      mkdirSync(own, { recursive: true })
      await work(await makeLargeCuration(own, { prompts, n: N }), prompts * N)
    }
  } finally {
    if (folder === '') rmSync(place, { recursive: true, force: true })
  }
}

export const inWords = (candidates: number): string => candidates.toLocaleString('en')
