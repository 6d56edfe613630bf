// Selections made with other settings than the curation file has now.
import { canonicalJson } from '../core/formats/ids'
import type { Selection, SelectionSettings } from '../shared/domain'
import type { EarlierSelections } from '../shared/curationViews'
import type { Curation } from './curation'

/** Those that nobody has decided on; null when there are none. Others stay as they are. */
export function earlierSelections({ round, settings, store }: Curation): EarlierSelections | null {
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

function changedSettings(selection: Selection, now: SelectionSettings): string[] {
  const { candidateIds, method, lambda, guard = true, n } = selection
  return [
    method === now.method ? '' : 'method',
    // A pool may hold fewer candidates than are to be shown.
    candidateIds.length === Math.min(now.k, n) ? '' : 'k',
    now.method === 'aepo' && lambda !== now.lambda ? 'lambda' : '',
    guard === now.guard ? '' : 'guard',
  ].filter((name) => name !== '')
}
