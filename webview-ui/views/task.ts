// The labelling view: prompt, responses, decisions; guidelines and note beside them where there is
// room.
import { html, nothing, type TemplateResult } from 'lit'
import { classMap } from 'lit/directives/class-map.js'
import { keyed } from 'lit/directives/keyed.js'
import type { Counts, Task } from '../../src/shared/curationViews'
import type { EditorState } from '../../src/shared/editorProtocol'
import { forecastSentence } from '../../src/core/labelAnalysis/text'
import { type AnalysisState, lookAgainSentence } from '../analysis'
import type { State } from '../state'
import { strings } from '../strings'
import type { Actions } from './actions'
import { command } from './command'
import { decisionBar } from './decisionBar'
import { poolView } from './pool'
import { promptView } from './prompt'
import { responsesView } from './responses'
import { isSideOpen, sideButtons, sideOf, sideView } from './side'

export function taskView(
  host: EditorState,
  task: Task,
  state: State,
  actions: Actions,
): TemplateResult {
  const isOpen = host.file.phase === 'open'
  const guidelines = host.settings?.guidelines ?? null
  const side = sideOf(guidelines, state)
  const openers = sideButtons(side, guidelines !== null, actions)
  return html`<div class=${classMap({ page: true, 'with-side': isSideOpen(side) })}>
    <div class="column">
      ${promptView(task, state, actions)}
      ${host.counts ? budgetReached(host.counts, task, state.analysis) : nothing}
      ${lookAgainLine(state, actions)}
      ${keyed(task.selectionId, responsesView(task, state, isOpen, actions))}
      ${decisionBar(host, state, actions)}
      ${keyed(task.selectionId, poolView(task, state, openers, actions))}
    </div>
    ${sideView(side, task, state, actions)}
  </div>`
}

/** Why the label is to be looked at again; nothing where it is not. */
function lookAgainLine(state: State, actions: Actions): unknown {
  const sentence = lookAgainSentence(state)
  return sentence === null
    ? nothing
    : html`<div class="aside look-again-line">
        <span>${sentence}</span>
        ${command('lookAgain', actions, { label: strings.review.again.next })}
      </div>`
}

function budgetReached(
  { annotated, budget }: Counts,
  { preference }: Task,
  { value }: AnalysisState,
): unknown {
  const next = value?.curve ? forecastSentence(value.curve.next) : ''
  return annotated >= budget && preference === null
    ? html`<p class="aside">${strings.decision.budgetReached(budget)} ${next}</p>`
    : nothing
}
