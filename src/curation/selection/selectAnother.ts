// Another selection from each pool whose selections are decided on: the next best one among the
// candidates that were not shown.
import type { AnotherReason, Prompt } from '../../shared/domain'
import type { Curation } from '../curation'
import type { Engine } from '../engine'
import { LOOK_AHEAD } from '../learning/selectAhead'
import { selectAnotherFrom } from './onePool'
import { type Selecting, selectForEach } from './select'

export interface AnotherOptions extends Selecting {
  /** `allBad`: only where the last selection is all bad to everyone who decided on it. */
  reason: AnotherReason
}

/**
 * Selects by the settings as they are now. A pool without enough candidates that were not shown
 * keeps the selections that it has, and so does a pool with a selection that nobody has decided on.
 * By a rule that learns from labels only the first few are selected now; the others follow when
 * labelling gets to them.
 * @returns the number of new selections.
 * @throws FailureError of the engine and the file system; selections made by then stay.
 */
export function selectAnother(
  curation: Curation,
  engine: Engine,
  { reason, ...work }: AnotherOptions,
): Promise<number> {
  const { round, learning } = curation
  const prompts = round.prompts.filter(({ id }) => round.anotherReasons(id).includes(reason))
  const select = (prompt: Prompt): Promise<boolean> =>
    selectAnotherFrom(curation, engine, prompt, { ...work, reason })
  return round.isJustInTime
    ? learning.selecting.run(() => selectFew(curation, prompts, work, select))
    : selectForEach(curation, prompts, work, select)
}

/** Until there are as many as are to be ready. */
async function selectFew(
  curation: Curation,
  prompts: readonly Prompt[],
  work: Selecting,
  select: (prompt: Prompt) => Promise<boolean>,
): Promise<number> {
  let added = 0
  for (const prompt of prompts) {
    if (added === LOOK_AHEAD) break
    added += await selectForEach(curation, [prompt], work, select)
  }
  return added
}
