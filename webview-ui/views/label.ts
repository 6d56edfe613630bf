// The view for labelling: the task, or what is shown while there is none.
import { nothing } from 'lit'
import { commandFor } from '../keys'
import { stageOf } from '../stage'
import { strings } from '../strings'
import { decisionBar } from './decisionBar'
import { stageView } from './stages'
import { taskView } from './task'
import type { View } from './view'

export const labelView: View<'label'> = {
  id: 'label',
  label: strings.views.label,
  badge: () => nothing,
  command: (press, { task }) => commandFor(press, task?.responses.length ?? 0),
  draw(host, state, actions) {
    const { task } = state
    return task
      ? taskView(host, task, state, actions)
      : stageView(host, stageOf(host, task), actions)
  },
  foot: (host, state, actions) =>
    state.task || (host.counts?.annotated ?? 0) > 0 ? decisionBar(host, state, actions) : nothing,
}
