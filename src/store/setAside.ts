// Removes candidates and selections from the journals, so that they are sampled again. Copies of
// the whole journals stay under other names.
// Invariant I6.
import { constants } from 'node:fs'
import { copyFile, open, rm } from 'node:fs/promises'
import { jsonOfLine, splitLines } from '../core/text/lines'
import { asRecord } from '../core/text/values'
import { FailureError, toFailure } from '../shared/errors'
import { LINE_FEED } from './appendFile'
import { replaceFile } from './atomicFile'
import { chunksOf } from './chunks'
import type { CurationPaths } from './curationPaths'

export interface EarlierRecords {
  candidateIds: ReadonlySet<string>
  selectionIds: ReadonlySet<string>
}

/**
 * An interruption loses nothing: the copies are written first, then selections are removed, then
 * candidates. The vectors, most of which are no longer needed, are deleted and computed again.
 * Nobody may append to either journal meanwhile.
 * @returns the copy of the journal of candidates, `candidates.<stamp>.jsonl`.
 * @throws FailureError `disk-full`, `no-permission`.
 */
export async function setAside(
  { candidates, selections, embeddings, embeddingsIndex }: CurationPaths,
  { candidateIds, selectionIds }: EarlierRecords,
  stamp: string,
): Promise<string> {
  const kept = await keepWhole(candidates, stamp)
  if (await keepWhole(selections, stamp)) await leaveOut(selections, selectionIds)
  await Promise.all([embeddingsIndex, embeddings].map((file) => rm(file, { force: true })))
  if (kept !== null) await leaveOut(candidates, candidateIds)
  return kept ?? candidates
}

/**
 * Copies a journal and flushes the copy. @returns null where there is no journal.
 * @throws FailureError also where the copy exists already.
 */
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

const leaveOut = (journal: string, ids: ReadonlySet<string>): Promise<void> =>
  replaceFile(journal, linesLeft(journal, ids))

/** The bytes of the lines that stay. Lines of any length, and lines that are no records, stay. */
async function* linesLeft(journal: string, ids: ReadonlySet<string>): AsyncGenerator<Buffer> {
  const handle = await open(journal)
  try {
    for await (const { bytes, isTerminated } of splitLines(chunksOf(handle), Infinity)) {
      if (ids.has(idIn(jsonOfLine(bytes)))) continue
      yield bytes
      if (isTerminated) yield LINE_FEED
    }
  } finally {
    await handle.close()
  }
}

function idIn(record: unknown): string {
  const id = asRecord(record)['id']
  return typeof id === 'string' ? id : ''
}
