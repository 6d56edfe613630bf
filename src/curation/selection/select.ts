// Selects from all pools of a round.
import * as l10n from '@vscode/l10n'
import type { Prompt } from '../../shared/domain'
import type { Activity } from '../../shared/curationViews'
import type { Curation } from '../curation'
import type { EmbedPoolOptions } from './embedPool'
import { embedderName, type Engine } from '../engine'
import { embedForLearning, isEmbedded } from '../learning/embedForLearning'
import { selectAhead } from '../learning/selectAhead'
import { selectPrompt } from './onePool'
import { progressOf } from '../progressOf'

/** How a series of selections is stopped, and what it reports. */
export interface Selecting extends EmbedPoolOptions {
  onActivity: (activity: Activity) => void
  /** Called for each new selection. */
  onAdded?: () => void
}

export interface SelectOptions extends Selecting {
  /** Whether selecting again for a prompt would give the same selection: it is passed over. */
  isSettled?: (prompt: Prompt) => boolean
  /** Called with `repeatsIn` as a selection saw it. */
  onRepeats?: (prompt: Prompt, repeats: string) => void
}

/**
 * Selects for every prompt of the round that has candidates. Selections with annotations stay;
 * others follow the settings. By a rule that learns from labels it embeds all full pools, and
 * selects for the next prompts alone.
 * @returns the number of new selections.
 * @throws FailureError of the engine and the file system; selections made by then stay.
 */
export function selectAll(
  curation: Curation,
  engine: Engine,
  { isSettled = () => false, onRepeats, ...work }: SelectOptions,
): Promise<number> {
  const { round } = curation
  if (round.isJustInTime) return embedAndSelectAhead(curation, engine, work)
  const prompts = round.prompts.filter(
    (prompt) => round.poolSize(prompt.id) > 0 && !isSettled(prompt),
  )
  return selectForEach(curation, prompts, work, (prompt) =>
    selectPrompt(curation, engine, prompt, work, onRepeats),
  )
}

/** Labelling can start before all pools are embedded. */
async function embedAndSelectAhead(
  curation: Curation,
  engine: Engine,
  work: Selecting,
): Promise<number> {
  const { onAdded, onActivity, ...options } = work
  const ahead = { ...options, shown: null, ...(onAdded ? { onAdded } : {}) }
  const added = await selectAhead(curation, engine, ahead)
  const { round, settings, store } = curation
  const embeddings = await store.embeddings(embedderName(settings.embedder))
  const full = round.prompts.filter(
    (prompt) =>
      round.isComplete(prompt.id) &&
      (options.retriesLeftOut === true || !isEmbedded(curation, embeddings, prompt)),
  )
  const report = progressOf(l10n.t('Embedding'), (activity) =>
    onActivity({ kind: 'select', ...activity }),
  )
  for (const [done, prompt] of full.entries()) {
    options.signal.throwIfAborted()
    report(done, full.length)
    await embedForLearning(curation, engine, prompt, options)
  }
  return added
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
    l10n.t`Selecting by ${curation.settings.selection.method}`,
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
