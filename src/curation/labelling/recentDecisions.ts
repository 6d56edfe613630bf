// The decisions that an annotator made last.
import type { RecentDecision } from '../../shared/curationViews'
import type { Curation } from '../curation'

/** At most `count`, the oldest first, of the selections that are shown. */
export function recentDecisions(curation: Curation, count: number): RecentDecision[] {
  const { store, annotator, round } = curation
  const standing = store.annotations.standing(annotator)
  const latest = round
    .selections()
    .flatMap(({ id }) => standing.get(id) ?? [])
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
    .slice(-count)
  return latest.map(({ selectionId, promptId, preference, shownOrder }) => ({
    selectionId,
    position: curation.placeOf(promptId),
    preference,
    shownOrder,
  }))
}
