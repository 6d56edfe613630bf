// The view for labelling: the task, or what is shown while there is none.
import { html, nothing, type TemplateResult } from 'lit'
import type { EditorState } from '../../src/shared/editorProtocol'
import { commandFor } from '../keys'
import { stageOf } from '../stage'
import type { State } from '../state'
import { strings } from '../strings'
import type { Actions } from './actions'
import { decisionBar } from './decisionBar'
import { stageView } from './stages'
import { taskView } from './task'
import type { View } from './view'

export const labelView: View<'label'> = {
  id: 'label',
  label: strings.views.label,
  badge: () => nothing,
  command: (press, { task }) => commandFor(press, task?.responses.length ?? 0),
  draw: (host, state, actions) => {
    if (state.evaluation !== null) return html`` // its task is a pair until the selections are here
    return state.task ? taskView(host, state.task, state, actions) : between(host, state, actions)
  },
}

function between(host: EditorState, state: State, actions: Actions): TemplateResult {
  const hasDecisions = (host.counts?.annotated ?? 0) > 0
  return html`${stageView(host, stageOf(host, null), state.analysis, actions)}
  ${hasDecisions ? decisionBar(host, state, actions) : nothing}`
}
