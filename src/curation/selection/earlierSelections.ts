// Selections made with other settings than the curation file has now.
import { canonicalJson, usesLambda } from '../../core/formats/ids'
import type { Selection, SelectionSettings } from '../../shared/domain'
import type { EarlierSelections } from '../../shared/curationViews'
import type { Curation } from '../curation'

/**
 * Those that nobody has decided on, and pools without any; null when there are none. Others stay as
 * they are. A rule that learns replaces and makes them without being asked, when labelling gets to
 * them.
 */
export function earlierSelections({ round, settings, store }: Curation): EarlierSelections | null {
  if (round.isJustInTime) return null
  const found = new Set<string>()
  let selections = 0
  for (const selection of round.selections()) {
    const changed = changedSettings(selection, settings.selection)
    if (changed.length === 0 || store.annotations.isAnnotated(selection.id)) continue
    selections++
    for (const setting of changed) found.add(setting)
  }
  const awaiting = round.countAwaiting()
  if (selections + awaiting === 0) return null
  const key = canonicalJson({ ...settings.selection, isAwaited: awaiting > 0 })
  return { selections, awaiting, settings: [...found].sort(), key }
}

/** Names of the settings that a selection was made with and that are others now. */
export function changedSettings(selection: Selection, now: SelectionSettings): string[] {
  const { candidateIds, method, lambda, guard = true, n } = selection
  const readsLambda = now.method === 'aepo' || (now.method === method && usesLambda(selection))
  return [
    method === now.method ? '' : 'method',
    // A pool may hold fewer candidates than are to be shown.
    candidateIds.length === Math.min(now.k, n) ? '' : 'k',
    readsLambda && lambda !== now.lambda ? 'lambda' : '',
    guard === now.guard ? '' : 'guard',
  ].filter((name) => name !== '')
}
