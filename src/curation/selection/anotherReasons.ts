// Whether another selection can be made from a pool, from the journals alone: no text is read.
import type { AnotherReason } from '../../shared/domain'
import type { CurationStore } from '../../store/curationStore'
import type { Round } from '../round'

/**
 * None while nobody has decided on a selection of the pool, or where too few candidates were not
 * shown; `allBad` also where the last selection is all bad to everyone who decided on it.
 */
export function anotherReasons(
  round: Round,
  { annotations }: Pick<CurationStore, 'annotations'>,
  promptId: string,
): AnotherReason[] {
  const last = round.comparable(promptId).at(-1)
  if (!last || round.undecided(promptId) !== null) return []
  const cutOff = last.removed.filter(({ reason }) => reason === 'cut-off').length
  const added = round.poolSize(promptId) - last.n - last.removed.length
  const unseen = last.n - last.candidateIds.length + cutOff + added
  if (unseen < round.fewest) return []
  const kinds = annotations.annotators.flatMap(
    (annotator) => annotations.standing(annotator).get(last.id)?.preference.kind ?? [],
  )
  return kinds.every((kind) => kind === 'allBad') ? ['more', 'allBad'] : ['more']
}
