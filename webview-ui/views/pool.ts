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
import { detailsOf, kindOf, outcomeText, poolMap } from './poolMap'

/** Characters of a text that is closed; its line shows fewer. */
const BEGINNING = 300

/** @param beside further buttons in the row of the one that opens the list. */
export function poolView(
  task: Task,
  { display, pool, window }: State,
  beside: unknown,
  actions: Actions,
): TemplateResult {
  const words = strings.pool
  const shown = display.poolShown && pool?.selectionId === task.selectionId ? pool : null
  return html`<section class="pool" aria-label=${words.region}>
    <div class="buttons foot">
      ${command('pool', actions, { kind: 'quiet', label: display.poolShown ? words.hide : words.show(task.poolSize) })}
      ${beside}
    </div>
    ${
      shown
        ? html`${shown.map ? poolMap(shown.entries, shown.map, task, window.width) : nothing}
            <ol>
              ${repeat(
                shown.entries,
                ({ candidateId }) => candidateId,
                (entry) => html`<li>${candidate(entry, task)}</li>`,
              )}
            </ol>`
        : nothing
    }
  </section>`
}

function candidate(entry: PoolEntry, task: Task): TemplateResult {
  const { text } = entry
  return html`<details id=${detailsOf(entry)}>
    <summary>
      <span class="outcome ${kindOf(entry)}">${outcomeText(entry, task)}</span
      ><span class="beginning" dir="auto">${text.slice(0, BEGINNING)}</span>
    </summary>
    ${plainText(text)}
  </details>`
}
