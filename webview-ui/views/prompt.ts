// The prompt of a selection: system message apart, turns in order, long ones folded.
import { html, nothing, type TemplateResult } from 'lit'
import { classMap } from 'lit/directives/class-map.js'
import type { Message } from '../../src/shared/domain'
import { strings } from '../strings'
import { isRaw, type State } from '../state'
import type { Actions } from './actions'
import { command } from './command'
import { text } from './text'

/** Beyond either, a prompt is folded: responses should be in sight. */
const LONG_CHARACTERS = 900
const LONG_LINES = 12

export function isLongPrompt(messages: Message[]): boolean {
  const all = messages.map(({ content }) => content).join('\n')
  return all.length > LONG_CHARACTERS || all.split('\n').length > LONG_LINES
}

export function promptView(messages: Message[], state: State, actions: Actions): TemplateResult {
  const { promptUnfolded } = state
  const words = strings.task
  const long = isLongPrompt(messages)
  const namedTurns = messages.length > 1
  return html`<section class="prompt" aria-label=${words.promptRegion}>
    <div id="prompt-turns" class=${classMap({ turns: true, named: namedTurns, folded: long && !promptUnfolded })}>
      ${messages.map((message, index) => turn(message, namedTurns, index === messages.length - 1, isRaw(state)))}
    </div>
    ${long ? command('prompt', actions, { kind: 'quiet', label: promptUnfolded ? words.less : words.more }) : nothing}
  </section>`
}

/** The last turn is the one that the responses answer. */
function turn({ role, content }: Message, named: boolean, last: boolean, raw: boolean): TemplateResult {
  return html`<div class="turn ${role} ${last ? 'last' : 'earlier'}">
    ${named ? html`<span class="role">${strings.task.roles[role]}</span>` : nothing}
    <div class="turn-text">${text(content, raw, 2)}</div>
  </div>`
}
