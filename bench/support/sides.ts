// Runs one side of a bench on a large curation in a process of its own.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { SideResult } from '../children/largeCuration.child'
import { resultOfChild } from './childProcess'
import { makeLargeCuration } from './largeCuration'

/** Candidates of each prompt. */
const N = 128

export type SideName = 'ours' | 'sqlite' | 'sqlite-from-journals'

/** @param decisions selections that are annotated after opening. */
export const runSide = (
  side: SideName,
  file: string,
  annotator: string,
  decisions: number,
): SideResult =>
  resultOfChild('largeCuration', [side, file, annotator, String(decisions)]) as SideResult

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
