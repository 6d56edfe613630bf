// The whole editor as one template of the state.
import { html, nothing, type TemplateResult } from 'lit'
import type { State } from '../state'
import type { Actions } from './actions'
import { header } from './header'
import { keysDialog } from './keysDialog'
import { failureOfRequest, notices } from './notices'
import { opening } from './stages'
import { viewOf } from './table'

/** Responses whose keys are listed before a curation was read. */
const FEWEST_RESPONSES = 2

export function app(state: State, actions: Actions): TemplateResult {
  const { host, task, problem, status } = state
  const announcer = html`<p class="visually-hidden" role="status" aria-live="polite">
    ${status.announced}
  </p>`
  if (!host) {
    return html`${announcer}
      <div class="notices">${problem ? failureOfRequest(problem, actions) : nothing}</div>
      ${problem ? nothing : opening()}`
  }
  const view = viewOf(state.view)
  const k = task?.responses.length ?? host.settings?.selection.k ?? FEWEST_RESPONSES
  return html`
    ${announcer} ${header(host, state, actions)} ${notices(host, state, actions)}
    <div id="panel" class="panel" role="tabpanel" aria-labelledby="tab-${view.id}">
      ${view.draw(host, state, actions)}
    </div>
    ${keysDialog(k, () => {
      if (state.keysShown) actions.perform({ do: 'keys' })
    })}
  `
}
