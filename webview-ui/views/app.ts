// The whole editor as one template of the state.
import { html, nothing, type TemplateResult } from 'lit'
import { stageOf } from '../stage'
import type { State } from '../state'
import type { Actions } from './actions'
import { activityLine } from './activity'
import { decisionBar } from './decisionBar'
import { header } from './header'
import { keysDialog } from './keysDialog'
import { failureOfRequest, notices } from './notices'
import { runsView } from './runs'
import { opening, stageView } from './stages'
import { taskView } from './task'

export function app(state: State, actions: Actions): TemplateResult {
  const { view, task, problem, tab, status } = state
  const announcer = html`<p class="visually-hidden" role="status" aria-live="polite">
    ${status.announced}
  </p>`
  if (!view) {
    return html`${announcer}
      <div class="notices">${problem ? failureOfRequest(problem, actions) : nothing}</div>
      ${problem ? nothing : opening()}`
  }
  const stage = stageOf(view, task)
  const main =
    tab === 'runs'
      ? runsView(view, actions)
      : task
        ? taskView(view, task, state, actions)
        : stage === 'labelling'
          ? nothing
          : stageView(view, stage, actions)
  return html`
    ${announcer} ${header(view, stage, tab, actions)}
    ${view.activity ? activityLine(view.activity, actions) : nothing}
    ${notices(view, state, actions)}
    <div id="panel" class="panel" role="tabpanel" aria-labelledby="tab-${tab}">${main}</div>
    ${tab === 'label' && (task || view.counts.annotated > 0) ? decisionBar(view, state, actions) : nothing}
    ${keysDialog(task?.responses.length ?? view.selection.k, () => {
      if (state.keysShown) actions.perform({ do: 'keys' })
    })}
  `
}
