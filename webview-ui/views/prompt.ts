// The prompt of a selection and its place in the list. A long prompt is folded to fit the window:
// earlier turns to one line each, the last user turn in its middle.
import { html, nothing, type TemplateResult } from 'lit'
import { classMap } from 'lit/directives/class-map.js'
import { keyed } from 'lit/directives/keyed.js'
import type { Message } from '../../src/shared/domain'
import type { Task } from '../../src/shared/curationViews'
import { foldMiddle, type Room, rowCount } from '../fold'
import { KEYS } from '../keys'
import { promptRoom } from '../room'
import type { State } from '../state'
import { strings } from '../strings'
import type { Actions } from './actions'
import { command } from './command'
import { places } from './placesPopover'
import { text } from './text'

/** Earlier turns that a folded prompt shows at most, beside the system message. */
const EARLIER_TURNS = 3
/** Rows of the last turn that are shown at least. */
const FEWEST_ROWS = 4

export function promptView(task: Task, state: State, actions: Actions): TemplateResult {
  const { display } = state
  const room = promptRoom(state.window)
  const long = isLong(task.prompt, room)
  const folded = long && !display.promptUnfolded
  return html`<section class="prompt" aria-label=${strings.task.promptRegion}>
    <div class="prompt-head">
      <div class="place-and-steps">
        ${step('previous', actions)} ${places(task, actions)} ${step('next', actions)}
      </div>
      ${another(task)} ${leftOut(task)}
      <div class="buttons tools" role="group" aria-label=${strings.task.viewTools}>
        ${long ? command('prompt', actions, { kind: 'quiet', label: folded ? strings.task.more : strings.task.less }) : nothing}
        ${command('raw', actions, { kind: 'quiet', pressed: display.raw })}
        ${task.responses.length > 1 ? command('differences', actions, { kind: 'quiet', pressed: display.differences }) : nothing}
        ${command('flag', actions, { kind: 'quiet', pressed: task.flagged })}
        ${command('keys', actions, { kind: 'quiet' })}
      </div>
    </div>
    ${keyed(task.selectionId, turns(task.prompt, folded ? room : null, display.raw, actions))}
  </section>`
}

/** The arrow keys are their own icons. */
function step(name: 'previous' | 'next', actions: Actions): TemplateResult {
  const { button: label } = strings.commands[name]
  return command(name, actions, { iconOnly: true, tooltip: `${label} (${KEYS[name].shown})` })
}

function another({ place }: Task): unknown {
  return place === 1 ? nothing : html`<p class="aside">${strings.task.another(place)}</p>`
}

function leftOut({ removed, poolSize }: Task): unknown {
  const total = removed.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return nothing
  const said = strings.task.leftOut(total, poolSize, removed)
  return html`<p class="aside left-out" title=${said}>${said}</p>`
}

/** @param room what a long prompt is folded to; null where it is shown whole. */
function turns(
  messages: Message[],
  room: Room | null,
  raw: boolean,
  actions: Actions,
): TemplateResult {
  const asked = messages.findLastIndex(({ role }) => role === 'user')
  const named = messages.length > 1
  const passedOver = room ? between(messages, asked, room) : []
  const last = room && { ...room, rows: rowsForLast(room.rows, asked - passedOver.length) }
  return html`<div
    id="prompt-turns"
    class=${classMap({ turns: true, named, folded: room !== null })}
  >
    ${messages.map((message, index) => {
      if (passedOver.includes(message))
        return message === passedOver[0]
          ? html`<p class="aside">${strings.task.passedOver(passedOver.length)}</p>`
          : nothing
      const earlier = index < asked
      return turn(message, { named, earlier, raw, room: earlier ? null : last, actions })
    })}
  </div>`
}

/** Rows that the window has no room for; a few more are not worth a fold. */
function isLong(messages: readonly Message[], { rows, columns }: Room): boolean {
  const all = messages.map(({ content }) => rowCount(content, columns))
  return all.reduce((sum, count) => sum + count, 0) > rows + 2
}

/** What the earlier turns, a line each, leave of the rows; enough to read in any case. */
const rowsForLast = (rows: number, earlierLines: number): number =>
  Math.max(FEWEST_ROWS, rows - Math.max(earlierLines, 0))

/** A single turn takes no more room than the words that it is left out. */
function between(messages: Message[], asked: number, { rows }: Room): Message[] {
  const earlier = Math.min(EARLIER_TURNS, Math.max(0, Math.floor((rows - 2) / 2)))
  const first = messages[0]?.role === 'system' ? 1 : 0
  const passed = messages.slice(first, Math.max(first, asked - earlier))
  return passed.length > 1 ? passed : []
}

interface Shown {
  named: boolean
  /** Before the turn that the responses answer. */
  earlier: boolean
  raw: boolean
  /** Folded to this, where it is not null. */
  room: Room | null
  actions: Actions
}

function turn({ role, content }: Message, shown: Shown): TemplateResult {
  const { named, earlier, raw, room, actions } = shown
  const folded = room && foldMiddle(content, room)
  return html`<div class=${classMap({ turn: true, [role]: true, earlier, last: !earlier })}>
    ${named ? html`<span class="role">${strings.task.roles[role]}</span>` : nothing}
    <div class="turn-text">
      ${
        folded
          ? html`${text(folded.head, raw, 2)}
              <button class="fold" @click=${() => actions.perform({ do: 'prompt' })}>
                ${strings.task.folded(folded.hidden)}
              </button>
              ${text(folded.tail, raw, 2)}`
          : text(content, raw, 2)
      }
    </div>
  </div>`
}
