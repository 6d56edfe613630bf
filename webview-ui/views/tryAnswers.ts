// Two answers side by side: growing, then with the key that prefers each, then with their models.
import { html, nothing, type TemplateResult } from 'lit'
import type { TryAnswerView, TryPairView } from '../../src/shared/tryView'
import { icons } from '../icons'
import { digitsFor } from '../keys'
import { strings } from '../strings'
import type { Actions } from './actions'
import { text } from './text'
import { TRY_ANSWERS } from './tryFocus'

const words = strings.trying

export function tryAnswers(
  pair: TryPairView,
  raw: boolean,
  isOpen: boolean,
  actions: Actions,
): TemplateResult {
  const { answers, phase } = pair
  const keys = digitsFor(answers.length)
  return html`<section
    id=${TRY_ANSWERS}
    class="responses k2"
    tabindex="-1"
    aria-label=${words.responses}
    aria-busy=${phase === 'answering'}
  >
    ${answers.map((answer, place) => {
      const mayVote = phase === 'answered' && isOpen
      const button = phase === 'voted' ? nothing : prefer(place, keys[place], mayVote, actions)
      return card(answer, place, pair, button, raw)
    })}
  </section>`
}

function card(
  answer: TryAnswerView,
  place: number,
  { phase, vote }: TryPairView,
  button: unknown,
  raw: boolean,
): TemplateResult {
  const { name } = answer
  const isBest = typeof vote === 'object' && vote?.best === place
  const title = `try-answer-${place}`
  return html`<article class=${isBest ? 'card preferred' : 'card'} aria-labelledby=${title}>
    <header class="card-head">
      <h3 id=${title} class=${name === null ? 'visually-hidden' : ''}>
        ${name === null ? words.response(place) : words.responseBy(place, name)}
      </h3>
      ${button}
      ${isBest ? html`<span class="mark best">${icons.check}${strings.decision.marks.best}</span>` : nothing}
      <span class="card-facts">${cutOff(answer)}</span>
    </header>
    <div class="card-text">${content(answer, phase, raw)}</div>
  </article>`
}

function prefer(
  place: number,
  key: string | undefined,
  mayVote: boolean,
  actions: Actions,
): TemplateResult {
  return html`<button
    class="prefer"
    aria-keyshortcuts=${key ?? nothing}
    ?disabled=${!mayVote}
    @click=${() => actions.perform({ do: 'best', index: place })}
  >
    <kbd>${key}</kbd><span>${strings.decision.prefer}</span>
  </button>`
}

function content(answer: TryAnswerView, phase: TryPairView['phase'], raw: boolean): unknown {
  if (answer.text.trim() !== '') return text(answer.text, raw, 3)
  if (answer.isReasoning) return html`<p class="aside">${words.reasoning}</p>`
  return phase === 'answered' || phase === 'voted'
    ? html`<p class="aside">${strings.task.emptyResponse}</p>`
    : nothing
}

function cutOff({ finishReason, tokenCount }: TryAnswerView): unknown {
  return finishReason === 'length'
    ? html`<span class="cut-off" title=${strings.task.cutOffMeaning}
        >${icons.cut}${strings.task.cutOff(tokenCount)}</span
      >`
    : nothing
}
