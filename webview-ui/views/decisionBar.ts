// The decision bar: tie, all bad, skip, the last labels, undo. Sticky under the responses.
import { html, nothing, type TemplateResult } from 'lit'
import type { Task } from '../../src/shared/curationViews'
import type { EditorState } from '../../src/shared/editorProtocol'
import { icons } from '../icons'
import { describe, shownOrder } from '../preferences'
import type { State } from '../state'
import { strings } from '../strings'
import type { ButtonOptions } from '../toolkit'
import type { Actions } from './actions'
import { command } from './command'
import { recentStrip } from './recentStrip'

export function decisionBar(host: EditorState, state: State, actions: Actions): TemplateResult {
  const { task, busy } = state
  const isOpen = host.file.phase === 'open'
  return html`<section
    class="decisions"
    aria-label=${strings.decision.bar}
    aria-busy=${busy !== null}
  >
    <div class="status" aria-hidden="true">${statusText(state)}</div>
    ${task ? decisions(task, state, isOpen, actions) : nothing}
    <div class="buttons after">
      ${recentStrip(host.recent, actions)}
      ${command('undo', actions, { kind: 'quiet', disabled: !isOpen || (host.counts?.annotated ?? 0) === 0 })}
    </div>
  </section>`
}

function decisions(
  { responses, preference }: Task,
  { ranking, editPhase, evaluation }: State,
  isOpen: boolean,
  actions: Actions,
): TemplateResult {
  const chosen = ranking ? null : preference
  const decision = (name: 'tie' | 'allBad' | 'skip'): TemplateResult =>
    command(name, actions, { ...onOrOff(chosen?.kind === name), disabled: !isOpen })
  return html`<div class="buttons others">
    ${decision('tie')} ${decision('allBad')} ${decision('skip')}
    ${responses.length > 2 ? command('rank', actions, { ...onOrOff(ranking !== null), disabled: !isOpen }) : nothing}
    ${evaluation === null ? command('edit', actions, { ...onOrOff(editPhase !== 'closed'), disabled: !isOpen }) : nothing}
  </div>`
}

function onOrOff(pressed: boolean): Pick<ButtonOptions, 'pressed' | 'kind'> {
  return { pressed, kind: pressed ? 'primary' : 'secondary' }
}

function statusText({ busy, ranking, editPhase, status, task }: State): unknown {
  const words = strings.decision
  if (busy === 'saving') return html`<span class="late">${words.saving}</span>`
  if (editPhase === 'choosing') return html`<span>${strings.edit.chooseHint}</span>`
  if (ranking) return html`<span>${words.rankHint(ranking.length + 1)}</span>`
  if (status.shown !== '') return html`${icons.check}<span>${status.shown}</span>`
  if (!task?.preference) return nothing
  return html`<span
    >${words.decided(describe(task.preference, shownOrder(task), task.edit !== null))}</span
  >`
}
