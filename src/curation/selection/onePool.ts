// A selection from one pool: embeds the candidates that have no vector, asks the engine, appends
// the selection if it is new.
import { selectionId, textHash } from '../../core/formats/ids'
import { isCutOff } from '../../core/export/format'
import { REPEATED_UNDER } from '../../core/selection/guard'
import { isLabelMethod } from '../../core/selection/rules'
import type {
  After,
  AnotherReason,
  Candidate,
  Learned,
  Prompt,
  Selection,
} from '../../shared/domain'
import type { SelectResult } from '../../shared/selectionProtocol'
import type { Curation } from '../curation'
import { type EmbedPoolOptions, embedPool } from './embedPool'
import type { Engine } from '../engine'
import { learn } from '../learning/learn'

/**
 * What the selection from a pool depends on beside the pool and the settings: which of its texts
 * came under other prompts too.
 */
export const repeatsIn = (curation: Curation, { id }: Prompt): string =>
  JSON.stringify(repeatedTexts(curation, id))

/** The trimmed texts of a pool that were seen under at least {@link REPEATED_UNDER} prompts. */
const repeatedTexts = ({ store, round }: Curation, promptId: string): string[] =>
  store.candidates.repeatedTexts(promptId, round.number, REPEATED_UNDER)

/**
 * Selects from the pool of one prompt. @returns whether that made a new selection.
 */
export async function selectPrompt(
  curation: Curation,
  engine: Engine,
  prompt: Prompt,
  options: EmbedPoolOptions,
  onRepeats?: (prompt: Prompt, repeats: string) => void,
): Promise<boolean> {
  const { round } = curation
  const open = round.undecided(prompt.id)
  if (round.poolSize(prompt.id) === 0 || !open) return false
  onRepeats?.(prompt, repeatsIn(curation, prompt))
  const after = open.current?.after
  const made = await bestSelection(curation, engine, prompt, after, options)
  return appendSelection(curation, made, () => {
    const now = round.undecided(prompt.id)
    if (!now || !isSame(now.current?.after, after)) return false
    // what another process selected from the labels that it knew is as good
    return made.learned ? now.current?.id === open.current?.id : now.current?.id !== made.id
  })
}

/** @returns whether enough candidates were left for another selection from the pool. */
export async function selectAnotherFrom(
  curation: Curation,
  engine: Engine,
  prompt: Prompt,
  { reason, ...options }: EmbedPoolOptions & { reason: AnotherReason },
): Promise<boolean> {
  const { round } = curation
  const after = afterAll(round.counting(prompt.id), reason)
  const made = await bestSelection(curation, engine, prompt, after, options)
  if (made.candidateIds.length < round.fewest) return false
  return appendSelection(
    curation,
    made,
    () =>
      round.undecided(prompt.id) === null &&
      isSame(afterAll(round.counting(prompt.id), reason), after),
  )
}

const afterAll = (selections: readonly Selection[], reason: AnotherReason): After => ({
  selectionIds: selections.map(({ id }) => id),
  reason,
})

/**
 * The best selection from a pool by the settings, which is not appended yet.
 * @param after the selections whose candidates are not shown again.
 */
async function bestSelection(
  curation: Curation,
  engine: Engine,
  prompt: Prompt,
  after: After | undefined,
  options: EmbedPoolOptions,
): Promise<Selection> {
  const { settings } = curation
  const { pool, refused, embeddings } = await embedPool(curation, engine, prompt, options)
  const seen = seenIn(curation, after)
  const { method } = settings.selection
  const known = isLabelMethod(method)
    ? await learn(curation, engine, { method, prompt, embeddings }, options)
    : null
  const result = await engine.request(
    'select',
    {
      pool: pool.map(({ id, text, finishReason, reasoning }) => ({
        id,
        text,
        isCutOff: isCutOff({ text, finishReason }),
        isSeen: seen.has(id),
        hasReasoning: reasoning !== undefined,
      })),
      vectors: embeddings.vectors(pool),
      dim: embeddings.dim,
      settings: settings.selection,
      repeatedTexts: repeatedTexts(curation, prompt.id),
      seed: settings.sampling.seed,
      ...(known?.params ? { learned: known.params } : {}),
    },
    { signal: options.signal },
  )
  const notEmbedded = refused.map(({ id }) => ({ id, reason: 'not-embedded' as const }))
  const removed = [...notEmbedded, ...result.removed]
  return selectionOf(
    curation,
    prompt,
    pool,
    { ...result, removed },
    { after, learned: known?.record },
  )
}

/**
 * Appends a selection if it is still wanted after other processes' records were read.
 * @returns whether it was.
 */
function appendSelection(
  { store }: Curation,
  selection: Selection,
  isWanted: () => boolean,
): Promise<boolean> {
  return store.transaction(async (transaction) => {
    if (!isWanted()) return false
    await transaction.appendSelections([selection])
    return true
  })
}

/** Whether two selections come after the same others. */
const isSame = (one: After | undefined, other: After | undefined): boolean =>
  JSON.stringify(one?.selectionIds) === JSON.stringify(other?.selectionIds)

function seenIn({ store }: Curation, after: After | undefined): ReadonlySet<string> {
  const before = (after?.selectionIds ?? []).map((id) => store.selections.required(id))
  return new Set(before.flatMap(({ candidateIds }) => candidateIds))
}

function selectionOf(
  { round, settings }: Curation,
  prompt: Prompt,
  pool: readonly Candidate[],
  result: SelectResult,
  { after, learned }: { after: After | undefined; learned: Learned | undefined },
): Selection {
  const texts = new Map(pool.map(({ id, text }) => [id, text]))
  const content: Omit<Selection, 'id'> = {
    promptId: prompt.id,
    round: round.number,
    ...result,
    ...(settings.selection.guard ? {} : { guard: false }),
    textHashes: result.candidateIds.map((id) => textHash(texts.get(id) ?? '')),
    ...(learned ? { learned } : {}),
    ...(after ? { after } : {}),
  }
  return { id: selectionId(content), ...content }
}
