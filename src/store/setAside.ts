// Takes candidates out of the journals, to be sampled again: the journals as they were stay under another name.
import { constants } from 'node:fs'
import { copyFile, open, readFile, rm } from 'node:fs/promises'
import { jsonOfLine } from '../core/formats/lines'
import { FailureError, toFailure } from '../shared/errors'
import { replaceFile } from './atomicFile'
import type { CurationPaths } from './curationPaths'

export interface Leaving {
  candidateIds: ReadonlySet<string>
  /** Their prompts, whose selections go with them. */
  promptIds: ReadonlySet<string>
  round: number
}

/**
 * Interrupted at any point it has lost nothing: copies come first, then selections go, then candidates. The vectors, which are known
 * by the candidates' ids alone, are deleted with them and made again.
 * @returns where the journal of candidates is kept: `candidates.<stamp>.jsonl`.
 * @throws FailureError `disk-full`, `no-permission`.
 */
export async function setAside({ candidates, selections, embeddings, embeddingsIndex }: CurationPaths, { candidateIds, promptIds, round }: Leaving, stamp: string): Promise<string> {
  const kept = await keepWhole(candidates, stamp)
  await keepWhole(selections, stamp)
  await leaveOut(selections, (record) => promptIds.has(textIn(record, 'promptId')) && (record as { round?: unknown }).round === round)
  await Promise.all([embeddingsIndex, embeddings].map((file) => rm(file, { force: true })))
  await leaveOut(candidates, (record) => candidateIds.has(textIn(record, 'id')))
  return kept ?? candidates
}

/** Flushed, never over a file that is there; null where there is nothing to keep. */
async function keepWhole(journal: string, stamp: string): Promise<string | null> {
  const kept = journal.replace(/\.jsonl$/, `.${stamp}.jsonl`)
  try {
    await copyFile(journal, kept, constants.COPYFILE_EXCL)
    const handle = await open(kept, 'r+')
    await handle.sync().finally(() => handle.close())
    return kept
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new FailureError(toFailure(thrown, kept), { cause: thrown })
  }
}

/** Lines that are no records stay. */
async function leaveOut(journal: string, isLeftOut: (record: unknown) => boolean): Promise<void> {
  const bytes = await readFile(journal).catch((thrown: unknown) => {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new FailureError(toFailure(thrown, journal), { cause: thrown })
  })
  if (bytes) await replaceFile(journal, linesLeft(bytes, isLeftOut))
}

function textIn(record: unknown, key: string): string {
  const value = typeof record === 'object' && record !== null ? (record as Record<string, unknown>)[key] : undefined
  return typeof value === 'string' ? value : ''
}

function* linesLeft(bytes: Buffer, isLeftOut: (record: unknown) => boolean): Generator<string, undefined> {
  for (let start = 0; start < bytes.length; ) {
    const feed = bytes.indexOf('\n', start)
    const end = feed < 0 ? bytes.length : feed + 1
    const line = bytes.subarray(start, end)
    if (!isLeftOut(jsonOfLine(line))) yield line.toString('utf8')
    start = end
  }
}
