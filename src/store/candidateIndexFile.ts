// The index of candidates on disk: `candidates.index` beside the journal. Derived: may be deleted.
import { z } from 'zod'
import { type GenerationRecord, generationRecordSchema } from '../core/formats/records'
import { type IndexContent, readIndexFile, writeIndexFile } from './indexFile'
import { type JournalCheckpoint, journalCheckpointSchema } from './journal'
import { CandidateTable, type CandidateColumns } from './tables/candidateTable'

export interface CandidateIndexData {
  table: CandidateTable
  generations: GenerationRecord[]
  /** Lines of the journal with the id of an earlier candidate and another text. */
  refused: number
  /** Where in the journal the table ends. */
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
export const indexFileOf = (journal: string): string => journal.replace(/(\.jsonl)?$/, '.index')

/** @throws FailureError `disk-full`, `no-permission`. */
export async function saveCandidateIndex(journal: string, data: CandidateIndexData): Promise<void> {
  const { columns, names } = data.table.data()
  const { generations, refused, checkpoint } = data
  const meta: z.infer<typeof metaSchema> = { checkpoint, generations, refused, names }
  await writeIndexFile(indexFileOf(journal), { meta, columns })
}

/** Null where there is no index that can be read. */
export async function loadCandidateIndex(
  journal: string,
  hash?: (text: string) => string,
): Promise<CandidateIndexData | null> {
  const content = await readIndexFile(indexFileOf(journal))
  const meta = content && metaSchema.safeParse(content.meta).data
  const columns = content && columnsOf(content)
  if (!meta || !columns) return null
  const { names, ...rest } = meta
  return { ...rest, table: CandidateTable.restored(columns, names, hash) }
}

function columnsOf({ columns }: IndexContent): CandidateColumns | null {
  const { offset, length, pool, place, generation, hashHigh, hashLow, trimmed } = columns
  const u32 = [length, pool, place, generation, hashHigh, hashLow, trimmed]
  return offset instanceof Float64Array && u32.every((column) => column instanceof Uint32Array)
    ? ({ offset, length, pool, place, generation, hashHigh, hashLow, trimmed } as CandidateColumns)
    : null
}
