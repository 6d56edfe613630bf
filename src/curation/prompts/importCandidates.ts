// Imports responses from a file as candidates, in any of the shapes of docs/formats.md.
import * as l10n from '@vscode/l10n'
import { candidateId, generationId } from '../../core/formats/ids'
import type { RowFaults } from '../../core/rows/promptReport'
import type { Candidate } from '../../shared/domain'
import { failureError } from '../../shared/errors'
import { type CandidateRow, readCandidateRows } from '../../store/candidateFile'
import type { OnLeftOut } from '../../store/checkedRows'
import type { Curation } from '../curation'
import { promptMatcher } from './promptMatch'

export interface ImportedCandidates {
  candidates: number
  /** Responses whose pool has them already: the same text of the same model. */
  skipped: number
  /** Responses that are null in the file. */
  nulls: number
  /** Rows that could not be read and were left out. */
  broken: RowFaults
  /** Rows that hold no response. */
  withoutResponses: number
  /** Rows whose prompt is not one of this round. */
  unknownPrompts: number
  /** Fields that name a preferred response in rows without scores: its score is 1, of others 0. */
  preferredBy: string[]
  /** Fields of the rows that are not read. */
  notRead: string[]
}

const GENERATION = {
  kind: 'generation',
  model: 'imported',
  device: 'none',
  sampling: null,
} as const
const GENERATION_ID = generationId(GENERATION)

/** Responses that are written together: a write takes 1 ms, however little it holds. */
const BATCH = { responses: 1_000, characters: 1 << 20 }
const EMPTY = { responses: 0, characters: 0 }

export interface ImportOptions {
  /** Whether broken rows are left out and counted; otherwise they are a failure. */
  leavesOutBroken?: boolean
}

/**
 * Appends each response to its pool once; importing the file again adds nothing. All rows are
 * checked before the first one is written.
 * @throws FailureError `busy` while candidates are generated; `bad-input` that lists the broken
 *   rows, a BrokenRowsError unless all are broken, and where no prompt is in this curation: nothing
 *   is written then.
 */
export async function importCandidates(
  curation: Curation,
  file: string,
  { leavesOutBroken = false }: ImportOptions = {},
): Promise<ImportedCandidates> {
  const { store } = curation
  const { lost, release } = await store.lockForGeneration()
  try {
    await store.refresh()
    let broken: RowFaults = { count: 0, first: [] }
    const onLeftOut: OnLeftOut = (found) => void (broken = found)
    const known = knownRows(curation, file, leavesOutBroken ? onLeftOut : undefined)
    const checked = await check(known, file)
    const result: ImportedCandidates = { candidates: 0, skipped: 0, broken, ...checked }
    for await (const batch of inBatches(known())) {
      lost.throwIfAborted()
      const candidates = Array.from(batch, ([promptId, responses]) =>
        newCandidates(curation, promptId, responses),
      ).flat()
      await store.appendCandidates({ ...GENERATION, id: GENERATION_ID }, candidates)
      result.candidates += candidates.length
      for (const responses of batch.values()) result.skipped += responses.length
      result.skipped -= candidates.length
    }
    return result
  } finally {
    await release()
  }
}

interface KnownRow extends Omit<CandidateRow, 'prompt'> {
  /** undefined for a prompt that is not one of this round. */
  promptId: string | undefined
}

/** Reads the rows of a file, each time from its beginning: files may be larger than memory. */
function knownRows(
  curation: Curation,
  file: string,
  onLeftOut: OnLeftOut | undefined,
): () => AsyncGenerator<KnownRow> {
  const match = promptMatcher(curation)
  const ids = new Set(curation.round.prompts.map(({ id }) => id))
  return async function* () {
    const rows = readCandidateRows(file, curation.settings.fields, onLeftOut)
    for await (const { prompt, ...row } of rows) {
      const id = match(prompt)?.id
      yield { ...row, promptId: id !== undefined && ids.has(id) ? id : undefined }
    }
  }
}

async function check(
  rows: () => AsyncGenerator<KnownRow>,
  where: string,
): Promise<Omit<ImportedCandidates, 'candidates' | 'skipped' | 'broken'>> {
  const notRead = new Set<string>()
  const preferredBy = new Set<string>()
  let withoutResponses = 0
  let read = 0
  let unknownPrompts = 0
  let nulls = 0
  for await (const row of rows()) {
    read++
    for (const name of row.notRead) notRead.add(name)
    if (row.promptId === undefined) unknownPrompts++
    else {
      nulls += row.nulls
      withoutResponses += Number(row.responses.length + row.nulls === 0)
      if (row.preferredBy !== null) preferredBy.add(row.preferredBy)
    }
  }
  if (read > 0 && unknownPrompts === read)
    throw failureError(
      'bad-input',
      unknownPrompts === 1
        ? l10n.t('Its only prompt is not one of this curation.')
        : l10n.t`None of its ${unknownPrompts} prompts is one of this curation.`,
      { where, remedy: l10n.t('Import responses to the prompts of the curation.') },
    )
  const sets = { preferredBy: [...preferredBy], notRead: [...notRead] }
  return { nulls, withoutResponses, unknownPrompts, ...sets }
}

type Responses = CandidateRow['responses']

/** The responses of many rows, by prompt; without those to prompts that are not of this round. */
async function* inBatches(rows: AsyncIterable<KnownRow>): AsyncGenerator<Map<string, Responses>> {
  let batch = new Map<string, Responses>()
  let size = EMPTY
  for await (const { promptId, responses } of rows) {
    if (promptId === undefined) continue
    const ofPrompt = batch.get(promptId) ?? []
    batch.set(promptId, ofPrompt)
    for (const response of responses) ofPrompt.push(response)
    size = {
      responses: size.responses + responses.length,
      characters: responses.reduce((sum, { text }) => sum + text.length, size.characters),
    }
    if (size.responses < BATCH.responses && size.characters < BATCH.characters) continue
    yield batch
    batch = new Map()
    size = EMPTY
  }
  yield batch
}

function newCandidates({ round }: Curation, promptId: string, responses: Responses): Candidate[] {
  const pool = round.pool(promptId)
  const present = new Set(pool.map(({ text, origin }) => keyOf(text, origin)))
  let next = (pool.at(-1)?.index ?? -1) + 1
  return responses.flatMap(({ text, model, score }): Candidate[] => {
    const key = keyOf(text, model)
    if (present.has(key)) return []
    present.add(key)
    const index = next++
    return [
      {
        id: candidateId(promptId, round.number, index),
        promptId,
        round: round.number,
        index,
        text,
        seed: null,
        finishReason: 'imported',
        tokenCount: null,
        logprob: null,
        generationId: GENERATION_ID,
        ...(model === undefined ? {} : { origin: model }),
        ...(score === undefined ? {} : { score }),
      },
    ]
  })
}

const keyOf = (text: string, origin: string | undefined): string =>
  JSON.stringify([text, origin ?? null])
