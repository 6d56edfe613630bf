// Selections made with other settings than the curation file has now.
import { canonicalJson, usesLambda } from '../core/formats/ids'
import type { Selection, SelectionSettings } from '../shared/domain'
import type { EarlierSelections } from '../shared/curationViews'
import type { Curation } from './curation'

/**
 * Those that nobody has decided on; null when there are none. Others stay as they are. A rule that
 * learns replaces them without being asked, when labelling gets to them.
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
  return selections === 0
    ? null
    : { selections, settings: [...found].sort(), key: canonicalJson(settings.selection) }
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
