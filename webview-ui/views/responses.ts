// The selected responses under blind names, side by side where there is room. The head of a card is
// the button that prefers it.
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ResponseView, Task } from '../../src/shared/curationViews'
import type { Edit } from '../../src/shared/domain'
import type { Display } from '../display'
import { icons } from '../icons'
import { digitsFor } from '../keys'
import { isBest, markOf, type Mark, shownOrder } from '../preferences'
import type { State } from '../state'
import { strings } from '../strings'
import type { Actions } from './actions'
import { comparedText } from './compared'
import { editedText, editField, unsavedEdit } from './editedResponse'
import { text } from './text'

/** More cards than this stand in a grid of their own. */
const MOST_COLUMNS = 4

export function responsesView(
  task: Task,
  state: State,
  isOpen: boolean,
  actions: Actions,
): TemplateResult {
  const { responses, preference } = task
  const { ranking, editPhase } = state
  const keys = digitsFor(responses.length)
  const order = shownOrder(task)
  return html`<div class="responses k${Math.min(responses.length, MOST_COLUMNS)}">
    ${repeat(
      responses,
      ({ candidateId }) => candidateId,
      (response, index) => {
        const isWritten = editPhase === 'writing' && isOf(state.edit, response)
        return card({
          index,
          key: keys[index] ?? null,
          verb: editPhase === 'choosing' ? strings.edit.choose : strings.decision.prefer,
          mark: markFor(task, response, ranking),
          facts: facts(task, response, state, isWritten),
          pressed: !ranking && preference !== null && isBest(preference, order, index),
          isOpen,
          press: () => (isWritten ? actions.saveEdit() : actions.perform({ do: 'best', index })),
          content:
            isWritten && state.edit
              ? editField(state.edit.text, actions)
              : content(task, index, state.display),
        })
      },
    )}
  </div>`
}

const isOf = (edit: Edit | null, { candidateId }: ResponseView): boolean =>
  edit?.candidateId === candidateId

function content({ responses, edit }: Task, index: number, { raw, differences }: Display): unknown {
  const response = responses[index]
  if (!response) return nothing
  if (edit && isOf(edit, response)) return editedText(edit.text, response.text, raw)
  if (response.text.trim() === '') return html`<p class="aside">${strings.task.emptyResponse}</p>`
  return differences && responses.length > 1
    ? comparedText(responses, index, raw)
    : text(response.text, raw, 3)
}

function facts(task: Task, response: ResponseView, { edit }: State, isWritten: boolean): unknown {
  const isEdited = isOf(task.edit, response)
  return html`${isOf(edit, response) && !isWritten ? unsavedEdit() : nothing}
  ${isEdited ? html`<span class="edited">${strings.edit.mark}</span>` : cutOff(response)}
  ${response.origin === null ? nothing : html`<span class="origin">${response.origin}</span>`}`
}

function markFor(task: Task, { candidateId }: ResponseView, ranking: string[] | null): Mark | null {
  if (!ranking) return task.preference ? markOf(task.preference, candidateId) : null
  const place = ranking.indexOf(candidateId)
  return place < 0 ? null : { text: strings.decision.marks.place(place + 1), best: place === 0 }
}

interface Card {
  index: number
  /** null beyond the digits. */
  key: string | null
  /** What its number does. */
  verb: string
  mark: Mark | null
  facts: unknown
  pressed: boolean
  isOpen: boolean
  press: () => void
  content: unknown
}

function card(options: Card): TemplateResult {
  const { index, key, verb, mark, facts: beside, pressed, isOpen, press, content: body } = options
  const name = `response-${index + 1}`
  return html`<article class=${mark?.best ? 'card preferred' : 'card'} aria-labelledby=${name}>
    <header class="card-head">
      <h3 id=${name} class="visually-hidden">${strings.task.response(index + 1)}</h3>
      <button
        class="prefer"
        aria-pressed=${pressed}
        aria-keyshortcuts=${key ?? nothing}
        ?disabled=${!isOpen}
        @click=${press}
      >
        ${key === null ? html`<span class="number">${index + 1}</span>` : html`<kbd>${key}</kbd>`}
        <span>${verb}</span>
      </button>
      ${mark ? html`<span class=${mark.best ? 'mark best' : 'mark'}>${mark.best ? icons.check : nothing}${mark.text}</span>` : nothing}
      <span class="card-facts">${beside}</span>
    </header>
    <div class="card-text">${body}</div>
  </article>`
}

function cutOff({ finishReason, tokenCount }: ResponseView): unknown {
  return finishReason === 'length'
    ? html`<span class="cut-off" title=${strings.task.cutOffMeaning}
        >${icons.cut}${strings.task.cutOff(tokenCount)}</span
      >`
    : nothing
}
