// Selects from pools: embeds the candidates that have no vector, asks the engine, appends the
// selection if it is new.
import * as l10n from '@vscode/l10n'
import { selectionId, textHash } from '../core/formats/ids'
import type { Candidate, Prompt, Selection } from '../shared/domain'
import type { Activity } from '../shared/editorProtocol'
import type { SelectResult } from '../shared/engineProtocol'
import { ProgressEstimate } from '../core/progress'
import type { Curation } from './curation'
import { type EmbedOptions, embedPool } from './embedPool'
import type { Engine } from './engine'

/** The guard removes a text that came under at least this many prompts. */
const REPEATED_UNDER = 3

export interface SelectOptions extends EmbedOptions {
  onActivity: (activity: Activity) => void
  /** Whether selecting again for a prompt would give the same selection: it is passed over. */
  isSettled?: (prompt: Prompt) => boolean
  /** Called with {@link repeatsIn} as a selection saw it. */
  onRepeats?: (prompt: Prompt, repeats: string) => void
}

/**
 * Selects for every prompt that has candidates. A selection with annotations stays; others follow
 * the settings.
 * @returns the number of new selections.
 * @throws FailureError of the engine and the file system; selections made by then stay.
 */
export async function selectAll(
  curation: Curation,
  engine: Engine,
  options: SelectOptions,
): Promise<number> {
  const { signal, onActivity, isSettled = () => false } = options
  const prompts = curation.prompts.filter(
    (prompt) => curation.round.poolSize(prompt.id) > 0 && !isSettled(prompt),
  )
  const estimate = new ProgressEstimate()
  const started = process.hrtime.bigint()
  let added = 0
  for (const [done, prompt] of prompts.entries()) {
    signal.throwIfAborted()
    estimate.add(Number(process.hrtime.bigint() - started) / 1e9, done)
    onActivity({
      kind: 'select',
      sentence: l10n.t`Selecting by ${curation.settings.selection.method.toUpperCase()}`,
      done,
      total: prompts.length,
      tokensPerSecond: null,
      secondsLeft: estimate.secondsLeft(prompts.length),
    })
    if (await selectPrompt(curation, engine, prompt, options)) added++
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
  options: Pick<SelectOptions, 'onRepeats'> & EmbedOptions,
): Promise<boolean> {
  const { store, round, settings } = curation
  const { signal, onRepeats } = options
  if (round.poolSize(prompt.id) === 0 || round.isDecided(prompt.id)) return false

  const { pool, refused, embeddings } = await embedPool(curation, engine, prompt, options)
  if (pool.length === 0) return false
  const repeated = repeatedTexts(curation, prompt.id)
  onRepeats?.(prompt, JSON.stringify(repeated))
  const result = await engine.request(
    'select',
    {
      pool: pool.map(({ id, text, finishReason, reasoning }) => ({
        id,
        text,
        isCutOff: finishReason === 'length',
        hasReasoning: reasoning !== undefined,
      })),
      vectors: embeddings.vectors(pool),
      dim: embeddings.dim,
      settings: settings.selection,
      repeatedTexts: repeated,
      seed: settings.sampling.seed,
    },
    { signal },
  )

  const notEmbedded = refused.map(({ id }) => ({ id, reason: 'not-embedded' as const }))
  const made = selectionOf(prompt, round.number, pool, {
    ...result,
    removed: [...notEmbedded, ...result.removed],
  })
  return store.transaction(async (transaction) => {
    if (round.selection(prompt.id)?.id === made.id || round.isDecided(prompt.id)) return false
    await transaction.appendSelections([made])
    return true
  })
}

function selectionOf(
  prompt: Prompt,
  round: number,
  pool: readonly Candidate[],
  result: SelectResult,
): Selection {
  const texts = new Map(pool.map(({ id, text }) => [id, text]))
  const content: Omit<Selection, 'id'> = {
    promptId: prompt.id,
    round,
    ...result,
    textHashes: result.candidateIds.map((id) => textHash(texts.get(id) ?? '')),
  }
  return { id: selectionId(content), ...content }
}
