// The prompt of a selection: system message apart, turns in order. Of a long one that is folded the
// question stays in sight.
import { html, nothing, type TemplateResult } from 'lit'
import { classMap } from 'lit/directives/class-map.js'
import type { Message } from '../../src/shared/domain'
import { isRaw } from '../display'
import type { State } from '../state'
import { strings } from '../strings'
import type { Actions } from './actions'
import { command } from './command'
import { text } from './text'

/** Beyond either, a text is folded: responses should be in sight. */
const LONG_CHARACTERS = 900
const LONG_LINES = 12
/** Earlier turns that a folded prompt shows, beside the system message. */
const EARLIER_TURNS = 3

function isLong(content: string): boolean {
  return content.length > LONG_CHARACTERS || content.split('\n').length > LONG_LINES
}

export function promptView(
  messages: Message[],
  { display }: State,
  actions: Actions,
): TemplateResult {
  const words = strings.task
  const long = isLong(messages.map(({ content }) => content).join('\n'))
  const folded = long && !display.promptUnfolded
  const namedTurns = messages.length > 1
  const passedOver = folded ? between(messages) : []
  return html`<section class="prompt" aria-label=${words.promptRegion}>
    <div id="prompt-turns" class=${classMap({ turns: true, named: namedTurns, folded })}>
      ${messages.map((message, index) => {
        if (passedOver.includes(message))
          return message === passedOver[0]
            ? html`<p class="aside">${words.passedOver(passedOver.length)}</p>`
            : nothing
        return turn(message, namedTurns, index === messages.length - 1, isRaw(display))
      })}
    </div>
    ${long ? command('prompt', actions, { kind: 'quiet', label: folded ? words.more : words.less }) : nothing}
  </section>`
}

/** A single turn takes no more room than the words that it is left out. */
function between(messages: Message[]): Message[] {
  const turns = messages.slice(messages[0]?.role === 'system' ? 1 : 0, -1 - EARLIER_TURNS)
  return turns.length > 1 ? turns : []
}

/** The last turn is the one that the responses answer. */
function turn(
  { role, content }: Message,
  named: boolean,
  last: boolean,
  raw: boolean,
): TemplateResult {
  return html`<div
    class=${classMap({ turn: true, [role]: true, last, earlier: !last, long: isLong(content) })}
  >
    ${named ? html`<span class="role">${strings.task.roles[role]}</span>` : nothing}
    <div class="turn-text">${text(content, raw, 2)}</div>
  </div>`
}
