// The selected responses under blind names, side by side where there is room. The head of a card is
// the button that prefers it.
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ResponseView, Task } from '../../src/shared/curationViews'
import { icons } from '../icons'
import { digitsFor } from '../keys'
import { isBest, markOf, type Mark, shownOrder } from '../preferences'
import type { State } from '../state'
import { strings } from '../strings'
import type { Actions } from './actions'
import { comparedText } from './compared'
import { text } from './text'

/** More cards than this stand in a grid of their own. */
const MOST_COLUMNS = 4

export function responsesView(
  task: Task,
  { display, ranking }: State,
  isOpen: boolean,
  actions: Actions,
): TemplateResult {
  const { responses, preference } = task
  const isCompared = display.differences && responses.length > 1
  const keys = digitsFor(responses.length)
  const order = shownOrder(task)
  return html`<div class="responses k${Math.min(responses.length, MOST_COLUMNS)}">
    ${repeat(
      responses,
      ({ candidateId }) => candidateId,
      (response, index) =>
        card(response, {
          index,
          key: keys[index] ?? null,
          mark: markFor(task, response, ranking),
          pressed: !ranking && preference !== null && isBest(preference, order, index),
          isOpen,
          press: () => actions.perform({ do: 'best', index }),
          content: isCompared
            ? comparedText(responses, index, display.raw)
            : text(response.text, display.raw, 3),
        }),
    )}
  </div>`
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
  mark: Mark | null
  pressed: boolean
  isOpen: boolean
  press: () => void
  content: unknown
}

function card(response: ResponseView, options: Card): TemplateResult {
  const { index, key, mark, pressed, isOpen, press, content } = options
  const { text: source, origin } = response
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
        <span>${strings.decision.prefer}</span>
      </button>
      ${mark ? html`<span class=${mark.best ? 'mark best' : 'mark'}>${mark.best ? icons.check : nothing}${mark.text}</span>` : nothing}
      <span class="card-facts">
        ${cutOff(response)}
        ${origin === null ? nothing : html`<span class="origin">${origin}</span>`}
      </span>
    </header>
    <div class="card-text">
      ${source.trim() === '' ? html`<p class="aside">${strings.task.emptyResponse}</p>` : content}
    </div>
  </article>`
}

function cutOff({ finishReason, tokenCount }: ResponseView): unknown {
  return finishReason === 'length'
    ? html`<span class="cut-off" title=${strings.task.cutOffMeaning}
        >${icons.cut}${strings.task.cutOff(tokenCount)}</span
      >`
    : nothing
}
