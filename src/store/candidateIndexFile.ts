// The index of candidates on disk: `candidates.index` beside the journal. Derived: may be deleted.
import { z } from 'zod'
import { type GenerationRecord, generationRecordSchema } from '../core/formats/records'
import { type IndexContent, readIndexFile, writeIndexFile } from './indexFile'
import { type JournalCheckpoint, journalCheckpointSchema } from './journal'
import type { CandidateColumns, CandidateNames } from './tables/candidateTable'

export interface CandidateIndexData {
  columns: CandidateColumns
  names: CandidateNames
  generations: readonly GenerationRecord[]
  /** Lines of the journal with the id of an earlier candidate and another text. */
  refused: number
}

export interface SavedCandidateIndex {
  data: CandidateIndexData
  /** Where in the journal the index ends. */
  checkpoint: JournalCheckpoint
}

const row = z.number().int().min(0)
const metaSchema = z.strictObject({
  checkpoint: journalCheckpointSchema,
  generations: z.array(generationRecordSchema),
  refused: row,
  names: z.strictObject({
    pools: z.array(z.tuple([z.string(), z.number()])),
    generationIds: z.array(z.string()),
    otherIds: z.array(z.tuple([row, z.string()])),
  }),
})

/** `candidates.index` for `candidates.jsonl`. */
const indexFileOf = (journal: string): string => journal.replace(/(\.jsonl)?$/, '.index')

/** @throws FailureError `disk-full`, `no-permission`. */
export async function saveCandidateIndex(
  journal: string,
  { data: { columns, ...data }, checkpoint }: SavedCandidateIndex,
): Promise<void> {
  await writeIndexFile(indexFileOf(journal), { meta: { ...data, checkpoint }, columns })
}

/** Null where there is no index that can be read. */
export async function loadCandidateIndex(journal: string): Promise<SavedCandidateIndex | null> {
  const content = await readIndexFile(indexFileOf(journal))
  const meta = content && metaSchema.safeParse(content.meta).data
  const columns = content && columnsOf(content)
  if (!meta || !columns) return null
  const { checkpoint, ...data } = meta
  return { data: { columns, ...data }, checkpoint }
}

function columnsOf({ columns }: IndexContent): CandidateColumns | null {
  const { offset, length, pool, place, generation, cutOff, hashHigh, hashLow, trimmed } = columns
  const u32 = { length, pool, place, generation, cutOff, hashHigh, hashLow, trimmed }
  return offset instanceof Float64Array &&
    Object.values(u32).every((column) => column instanceof Uint32Array)
    ? ({ offset, ...u32 } as CandidateColumns)
    : null
}
