// All candidates of a prompt under its responses: which were selected, which were left out and why.
// Never where they come from.
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { PoolEntry, Task } from '../../src/shared/curationViews'
import { plainText } from '../plainText'
import type { State } from '../state'
import { strings } from '../strings'
import type { Actions } from './actions'
import { command } from './command'

/** Characters of a text that is closed; its line shows fewer. */
const BEGINNING = 300

/** @param beside further buttons in the row of the one that opens the list. */
export function poolView(
  task: Task,
  { display, pool }: State,
  beside: unknown,
  actions: Actions,
): TemplateResult {
  const words = strings.pool
  const entries = pool?.selectionId === task.selectionId ? pool.entries : null
  return html`<section class="pool" aria-label=${words.region}>
    <div class="buttons foot">
      ${command('pool', actions, { kind: 'quiet', label: display.poolShown ? words.hide : words.show(task.poolSize) })}
      ${beside}
    </div>
    ${
      display.poolShown && entries
        ? html`<ol>
            ${repeat(
              entries,
              ({ candidateId }) => candidateId,
              (entry) => html`<li>${candidate(entry, task)}</li>`,
            )}
          </ol>`
        : nothing
    }
  </section>`
}

function candidate({ candidateId, text, outcome }: PoolEntry, { responses }: Task): TemplateResult {
  const place = responses.findIndex((response) => response.candidateId === candidateId)
  const said =
    outcome === 'selected' ? strings.task.response(place + 1) : strings.pool.outcomes[outcome]
  return html`<details>
    <summary>
      <span class="outcome ${outcome === 'selected' || outcome === 'kept' ? outcome : 'removed'}"
        >${said}</span
      ><span class="beginning" dir="auto">${text.slice(0, BEGINNING)}</span>
    </summary>
    ${plainText(text)}
  </details>`
}
