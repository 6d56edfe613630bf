// The decisions as buttons, each with its key, always in sight at the foot of the editor.
import { html, nothing, type TemplateResult } from 'lit'
import type { EditorState, Task } from '../../src/shared/editorProtocol'
import { icons } from '../icons'
import { digitsFor } from '../keys'
import { isBest, shownOrder } from '../preferences'
import type { State } from '../state'
import { strings } from '../strings'
import { button, type ButtonOptions } from '../toolkit'
import type { Actions } from './actions'
import { command } from './command'

/** More responses than this take rows of buttons where there is little width. */
const MANY = 4

export function decisionBar(
  { counts }: EditorState,
  { task, ranking, busy, status }: State,
  actions: Actions,
): TemplateResult {
  return html`<section
    class=${task && task.responses.length > MANY ? 'decisions many' : 'decisions'}
    aria-label=${strings.decision.bar}
    aria-busy=${busy !== null}
  >
    ${task ? decisions(task, ranking, actions) : nothing}
    <div class="buttons after">
      <span class="status" aria-hidden="true">${statusText(busy, ranking, status.shown)}</span>
      ${command('undo', actions, { kind: 'quiet', disabled: (counts?.annotated ?? 0) === 0 })}
    </div>
  </section>`
}

function decisions(task: Task, ranking: string[] | null, actions: Actions): TemplateResult {
  const order = shownOrder(task)
  const k = order.length
  const chosen = ranking ? null : task.preference
  const decision = (
    name: 'tie' | 'allBad' | 'skip',
    label = strings.commands[name].button,
  ): TemplateResult => command(name, actions, { label, ...onOrOff(chosen?.kind === name) })
  const keys = digitsFor(k)
  return html`<div class="buttons">
    ${order.map((_, index) =>
      button({
        ...(keys[index] === undefined
          ? { label: strings.decision.best(index + 1, k) }
          : { label: strings.decision.isBest(k), key: keys[index], keyIsWord: true }),
        press: () => actions.perform({ do: 'best', index }),
        ...onOrOff(chosen !== null && isBest(chosen, order, index)),
      }),
    )}
    ${decision('tie')}
    ${k > 2 ? decision('allBad', strings.decision.allBadOfMany) : decision('allBad')}
    ${decision('skip')} ${k > 2 ? command('rank', actions, onOrOff(ranking !== null)) : nothing}
  </div>`
}

function onOrOff(pressed: boolean): Pick<ButtonOptions, 'pressed' | 'kind'> {
  return { pressed, kind: pressed ? 'primary' : 'secondary' }
}

function statusText(busy: State['busy'], ranking: string[] | null, shown: string): unknown {
  if (busy === 'saving') return html`<span class="late">${strings.decision.saving}</span>`
  if (ranking) return strings.decision.rankHint(ranking.length + 1)
  return shown === '' ? nothing : html`${icons.check}${shown}`
}
