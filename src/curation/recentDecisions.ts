// The decisions that an annotator made last.
import type { RecentDecision } from '../shared/editorProtocol'
import type { Curation } from './curation'

/** At most `count`, the oldest first, of the selections that are shown. */
export function recentDecisions(curation: Curation, count: number): RecentDecision[] {
  const { prompts, store, annotator } = curation
  const shown = new Set(curation.selections().map(({ id }) => id))
  const latest = [...store.annotations(annotator).values()]
    .filter(({ selectionId }) => shown.has(selectionId))
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
    .slice(-count)
  return latest.map(({ selectionId, promptId, preference, shownOrder }) => ({
    selectionId,
    position: prompts.findIndex(({ id }) => id === promptId),
    preference,
    shownOrder,
  }))
}
