// The last labels as signs, the oldest first; each is a link to its prompt.
import { html, nothing } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { RecentDecision } from '../../src/shared/curationViews'
import { describe } from '../preferences'
import { strings } from '../strings'
import type { Actions } from './actions'

export const SIGNS: Readonly<Record<RecentDecision['preference']['kind'], string>> = {
  ranking: '✓',
  tie: '=',
  allBad: '✗',
  skip: '–',
}

export function recentStrip(recent: readonly RecentDecision[], actions: Actions): unknown {
  if (recent.length === 0) return nothing
  const words = strings.decision
  return html`<ol class="recent" aria-label=${words.recent}>
    ${repeat(
      recent,
      ({ selectionId }) => selectionId,
      ({ selectionId, position, preference, shownOrder }) => {
        const said = words.recentOne(position, describe(preference, shownOrder))
        return html`<li>
          <button
            class="icon-button ${preference.kind}"
            aria-label=${said}
            title=${said}
            @click=${() => actions.goTo({ selectionId, position })}
          >
            ${SIGNS[preference.kind]}
          </button>
        </li>`
      },
    )}
  </ol>`
}
