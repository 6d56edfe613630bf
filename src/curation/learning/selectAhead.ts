// Selections by a rule that learns: made for the prompts that come next, from the labels so far.
// Invariant I24.
import { nextTurn } from '../../async/nextTurn'
import type { Prompt, Selection } from '../../shared/domain'
import type { Curation } from '../curation'
import type { Engine } from '../engine'
import type { EmbedPoolOptions } from '../selection/embedPool'
import { selectAnotherFrom, selectPrompt } from '../selection/onePool'
import { type Due, dueOf, markExhausted, passesOf } from './due'

/** Selections that are ready beyond the one that is shown. */
export const LOOK_AHEAD = 2

/** Prompts that are looked at in one turn of the event loop. */
const PROMPTS_IN_TURN = 256

export interface AheadOptions extends EmbedPoolOptions {
  /** The prompt that is shown; null before the first. */
  shown: string | null
  /** How many prompts after it, in the order of labelling, are to have their selection. */
  ahead?: number
  /** Ids of open selections that are not waited for: the annotator passed them over. */
  passedOver?: ReadonlySet<string>
  /** Called for each new selection. */
  onAdded?: () => void
}

/**
 * Makes the selections that are due among the next prompts that this annotator has to label. After
 * the last prompt the first ones follow. Selections that are there stay, whatever was labelled
 * since, unless the settings or the pool changed before anyone decided on them.
 * @returns the number of new selections.
 * @throws FailureError of the engine and the file system; selections made by then stay.
 */
export function selectAhead(
  curation: Curation,
  engine: Engine,
  { shown, ahead = LOOK_AHEAD, passedOver = NONE, onAdded, ...options }: AheadOptions,
): Promise<number> {
  return curation.learning.selecting.run(async () => {
    const { round } = curation
    const passes = passesOf(round)
    let ready = 0
    let added = 0
    let passed = 0
    for (const prompt of promptsFrom(round.prompts, shown)) {
      if (ready >= ahead) break
      if (++passed % PROMPTS_IN_TURN === 0) await nextTurn()
      if (prompt.id === shown) continue
      const due = dueOf(round, prompt, passes)
      if (due !== null) {
        options.signal.throwIfAborted()
        if (await make(curation, engine, prompt, due, options)) {
          added++
          onAdded?.()
        } else if (due === 'more' || due === 'allBad') markExhausted(round, prompt)
      }
      if (openSelections(curation, prompt).some(({ id }) => !passedOver.has(id))) ready++
    }
    return added
  })
}

/**
 * Selects for the prompt at a place of the file of prompts, if that is due.
 * @throws FailureError of the engine and the file system.
 */
export function selectNow(
  curation: Curation,
  engine: Engine,
  position: number,
  options: EmbedPoolOptions,
): Promise<boolean> {
  return curation.learning.selecting.run(async () => {
    const { round, prompts } = curation
    const prompt = prompts[position]
    return prompt && round.isAwaiting(prompt.id)
      ? selectPrompt(curation, engine, prompt, options)
      : false
  })
}

const make = (
  curation: Curation,
  engine: Engine,
  prompt: Prompt,
  due: Due,
  options: EmbedPoolOptions,
): Promise<boolean> =>
  due === 'first' || due === 'changed'
    ? selectPrompt(curation, engine, prompt, options)
    : selectAnotherFrom(curation, engine, prompt, { ...options, reason: due })

const NONE: ReadonlySet<string> = new Set()

/** The selections under a prompt that the curation's annotator has not labelled. */
export function openSelections(
  { round, store, annotator }: Curation,
  { id }: Prompt,
): readonly Selection[] {
  const standing = store.annotations.standing(annotator)
  return round.comparable(id).filter((selection) => !standing.has(selection.id))
}

/** All prompts, beginning with the one that is shown; after the last one the first ones follow. */
export function* promptsFrom(prompts: readonly Prompt[], shown: string | null): Generator<Prompt> {
  const start = Math.max(
    0,
    prompts.findIndex(({ id }) => id === shown),
  )
  for (let step = 0; step < prompts.length; step++) {
    const prompt = prompts[(start + step) % prompts.length]
    if (prompt) yield prompt
  }
}
