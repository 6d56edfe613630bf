// The selected responses under blind names, side by side where there is room, with what was decided
// of them.
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { ResponseView, Task } from '../../src/shared/editorProtocol'
import { differences, type Piece } from '../differences'
import { icons } from '../icons'
import { plainPieces, plainText } from '../plainText'
import { markOf, type Mark } from '../preferences'
import type { State } from '../state'
import { strings } from '../strings'
import { text } from './text'

export function responsesView(task: Task, state: State): TemplateResult {
  const { display, ranking } = state
  const pieces =
    display.differences && task.responses.length > 1 ? differences(task.responses) : null
  return html`<div class="responses k${Math.min(task.responses.length, 4)}">
    ${repeat(
      task.responses,
      ({ candidateId }) => candidateId,
      (response, index) =>
        card(response, index, markFor(task, response, ranking), (source) =>
          pieces ? compared(source, pieces[index] ?? null) : text(source, display.raw, 3),
        ),
    )}
  </div>`
}

function markFor(task: Task, { candidateId }: ResponseView, ranking: string[] | null): Mark | null {
  if (!ranking) return task.preference ? markOf(task.preference, candidateId) : null
  const place = ranking.indexOf(candidateId)
  return place < 0 ? null : { text: strings.decision.marks.place(place + 1), best: place === 0 }
}

function card(
  { text: source, origin }: ResponseView,
  index: number,
  mark: Mark | null,
  show: (source: string) => unknown,
): TemplateResult {
  const name = `response-${index + 1}`
  return html`<article class=${mark?.best ? 'card preferred' : 'card'} aria-labelledby=${name}>
    <header class="card-head">
      <h3 id=${name}>
        <span class="visually-hidden">${strings.task.response(index + 1)}</span
        ><span class="number" aria-hidden="true">${index + 1}</span>
      </h3>
      ${mark ? html`<span class=${mark.best ? 'mark best' : 'mark'}>${mark.best ? icons.check : nothing}${mark.text}</span>` : nothing}
      ${origin === null ? nothing : html`<span class="origin">${origin}</span>`}
    </header>
    <div class="card-text">
      ${source.trim() === '' ? html`<p class="aside">${strings.task.emptyResponse}</p>` : show(source)}
    </div>
  </article>`
}

function compared(source: string, pieces: Piece[] | null): TemplateResult {
  return pieces
    ? plainPieces(pieces)
    : html`<p class="aside">${strings.task.notCompared}</p>
        ${plainText(source)}`
}
