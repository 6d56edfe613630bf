// Another selection from each pool whose selections are decided on: the next best one among the
// candidates that were not shown.
import type { After, AnotherReason, Selection } from '../shared/domain'
import type { Curation } from './curation'
import type { Engine } from './engine'
import { appendSelection, bestSelection, isSame, type Selecting, selectForEach } from './select'

export interface AnotherOptions extends Selecting {
  /** `allBad`: only where the last selection is all bad to everyone who decided on it. */
  reason: AnotherReason
}

/**
 * Selects by the settings as they are now. A pool without enough candidates that were not shown
 * keeps the selections that it has, and so does a pool with a selection that nobody has decided on.
 * @returns the number of new selections.
 * @throws FailureError of the engine and the file system; selections made by then stay.
 */
export function selectAnother(
  curation: Curation,
  engine: Engine,
  { reason, ...work }: AnotherOptions,
): Promise<number> {
  const { round } = curation
  const prompts = round.prompts.filter(({ id }) => round.anotherReasons(id).includes(reason))
  return selectForEach(curation, prompts, work, async (prompt) => {
    const after = afterAll(round.counting(prompt.id), reason)
    const made = await bestSelection(curation, engine, prompt, after, work)
    if (made.candidateIds.length < round.fewest) return false
    return appendSelection(
      curation,
      made,
      () =>
        round.undecided(prompt.id) === null &&
        isSame(afterAll(round.counting(prompt.id), reason), after),
    )
  })
}

const afterAll = (selections: readonly Selection[], reason: AnotherReason): After => ({
  selectionIds: selections.map(({ id }) => id),
  reason,
})
