// Selects from pools: embeds the candidates that have no vector, asks the engine, appends the
// selection if it is new.
import * as l10n from '@vscode/l10n'
import { selectionId, textHash } from '../core/formats/ids'
import { isCutOff } from '../core/export/format'
import type { After, Candidate, Prompt, Selection } from '../shared/domain'
import type { Activity } from '../shared/curationViews'
import type { SelectResult } from '../shared/engineProtocol'
import { REPEATED_UNDER } from '../core/selection/guard'
import type { Curation } from './curation'
import { type EmbedOptions, embedPool } from './embedPool'
import type { Engine } from './engine'
import { progressOf } from './progressOf'

/** How a series of selections is stopped, and what it reports. */
export interface Selecting extends EmbedOptions {
  onActivity: (activity: Activity) => void
  /** Called for each new selection. */
  onAdded?: () => void
}

export interface SelectOptions extends Selecting {
  /** Whether selecting again for a prompt would give the same selection: it is passed over. */
  isSettled?: (prompt: Prompt) => boolean
  /** Called with {@link repeatsIn} as a selection saw it. */
  onRepeats?: (prompt: Prompt, repeats: string) => void
}

/**
 * Selects for every prompt of the round that has candidates. Selections with annotations stay;
 * others follow the settings.
 * @returns the number of new selections.
 * @throws FailureError of the engine and the file system; selections made by then stay.
 */
export function selectAll(
  curation: Curation,
  engine: Engine,
  { isSettled = () => false, onRepeats, ...work }: SelectOptions,
): Promise<number> {
  const { round } = curation
  const prompts = round.prompts.filter(
    (prompt) => round.poolSize(prompt.id) > 0 && !isSettled(prompt),
  )
  return selectForEach(curation, prompts, work, (prompt) =>
    selectPrompt(curation, engine, prompt, work, onRepeats),
  )
}

/**
 * Calls `select` for one prompt after another.
 * @returns how often it made a selection.
 */
export async function selectForEach(
  curation: Curation,
  prompts: readonly Prompt[],
  { signal, onActivity, onAdded }: Selecting,
  select: (prompt: Prompt) => Promise<boolean>,
): Promise<number> {
  const report = progressOf(
    l10n.t`Selecting by ${curation.settings.selection.method.toUpperCase()}`,
    (activity) => onActivity({ kind: 'select', ...activity }),
  )
  let added = 0
  for (const [done, prompt] of prompts.entries()) {
    signal.throwIfAborted()
    report(done, prompts.length)
    if (!(await select(prompt))) continue
    added++
    onAdded?.()
  }
  return added
}

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
  options: EmbedOptions,
  onRepeats: SelectOptions['onRepeats'],
): Promise<boolean> {
  const { round } = curation
  const open = round.undecided(prompt.id)
  if (round.poolSize(prompt.id) === 0 || !open) return false
  onRepeats?.(prompt, repeatsIn(curation, prompt))
  const after = open.current?.after
  const made = await bestSelection(curation, engine, prompt, after, options)
  return appendSelection(curation, made, () => {
    const now = round.undecided(prompt.id)
    return now !== null && isSame(now.current?.after, after) && now.current?.id !== made.id
  })
}

/**
 * The best selection from a pool by the settings, which is not appended yet.
 * @param after the selections whose candidates are not shown again.
 */
export async function bestSelection(
  curation: Curation,
  engine: Engine,
  prompt: Prompt,
  after: After | undefined,
  options: EmbedOptions,
): Promise<Selection> {
  const { settings } = curation
  const { pool, refused, embeddings } = await embedPool(curation, engine, prompt, options)
  const seen = seenIn(curation, after)
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
    },
    { signal: options.signal },
  )
  const notEmbedded = refused.map(({ id }) => ({ id, reason: 'not-embedded' as const }))
  const removed = [...notEmbedded, ...result.removed]
  return selectionOf(curation, prompt, pool, { ...result, removed }, after)
}

/**
 * Appends a selection if it is still wanted after other processes' records were read.
 * @returns whether it was.
 */
export function appendSelection(
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
export const isSame = (one: After | undefined, other: After | undefined): boolean =>
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
  after: After | undefined,
): Selection {
  const texts = new Map(pool.map(({ id, text }) => [id, text]))
  const content: Omit<Selection, 'id'> = {
    promptId: prompt.id,
    round: round.number,
    ...result,
    ...(settings.selection.guard ? {} : { guard: false }),
    textHashes: result.candidateIds.map((id) => textHash(texts.get(id) ?? '')),
    ...(after ? { after } : {}),
  }
  return { id: selectionId(content), ...content }
}
