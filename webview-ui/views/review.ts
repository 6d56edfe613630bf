// Every prompt with what became of it: found by search and filter, opened for labelling.
import { html, nothing, type TemplateResult } from 'lit'
import type { ReviewRow } from '../../src/shared/editorProtocol'
import { icons } from '../icons'
import { generalCommandFor } from '../keys'
import { count } from '../numbers'
import { describe } from '../preferences'
import { passes, REVIEW_FILTERS, type ReviewFilter, type ReviewState } from '../review'
import '../rowList'
import type { DrawRow } from '../rowList'
import { strings } from '../strings'
import '../styles/review.css'
import { progressRing } from '../toolkit'
import type { Actions } from './actions'
import { SIGNS } from './recentStrip'
import type { View } from './view'

export const reviewView: View<'review'> = {
  id: 'review',
  label: strings.views.review,
  badge: () => nothing,
  command: generalCommandFor,
  draw: (_host, { review }, actions) => list(review, actions),
}

function list({ rows, search, filter, opened }: ReviewState, actions: Actions): TemplateResult {
  const words = strings.review
  const input = (event: Event): void =>
    actions.review({ search: (event.target as HTMLInputElement).value })
  const shown = (rows ?? []).filter((row) => passes(row, filter))
  const current = Math.max(
    0,
    shown.findIndex(({ position }) => position === opened),
  )
  const drawRow: DrawRow = (index, isCurrent) => {
    const row = shown[index]
    return row ? rowButton(row, isCurrent, actions) : html``
  }
  return html`<section class="review" aria-label=${strings.views.review}>
    <div class="review-head">
      <input
        type="search"
        class="search"
        placeholder=${words.search}
        aria-label=${words.search}
        aria-keyshortcuts="/"
        .value=${search}
        @input=${input}
      />
      <div class="filters" role="group" aria-label=${words.filters}>
        ${rows ? REVIEW_FILTERS.map((each) => filterButton(each, rows, each === filter, actions)) : nothing}
      </div>
    </div>
    ${
      rows === null
        ? progressRing()
        : shown.length === 0
          ? html`<p class="aside">${words.none}</p>`
          : html`<aepo-rows
              label=${words.list}
              .count=${shown.length}
              .current=${current}
              .drawRow=${drawRow}
            ></aepo-rows>`
    }
  </section>`
}

/** Filters that nothing passes are not offered, but for the one that is on. */
function filterButton(
  filter: ReviewFilter,
  rows: readonly ReviewRow[],
  isOn: boolean,
  actions: Actions,
): unknown {
  const passing = rows.filter((row) => passes(row, filter)).length
  if (passing === 0 && !isOn && filter !== 'all') return nothing
  return html`<button
    class="filter"
    aria-pressed=${isOn}
    @click=${() => actions.review({ filter })}
  >
    ${strings.review.filter[filter]} <b>${count(passing)}</b>
  </button>`
}

function rowButton(row: ReviewRow, isCurrent: boolean, actions: Actions): TemplateResult {
  const { position, excerpt, isSelected, decision, note, removed } = row
  const words = strings.review
  return html`<button
    class="row"
    tabindex=${isCurrent ? 0 : -1}
    aria-disabled=${isSelected ? nothing : 'true'}
    @click=${() => isSelected && actions.openPrompt(position)}
  >
    <span class="row-place">${count(position + 1)}</span>
    <span class=${decision ? `row-decision ${decision.preference.kind}` : 'row-decision'}>
      ${
        decision
          ? html`<span aria-hidden="true">${SIGNS[decision.preference.kind]}</span>
              ${describe(decision.preference, decision.shownOrder)}`
          : isSelected
            ? words.open
            : words.notSelected
      }
    </span>
    <span class="row-prompt" dir="auto">${excerpt}</span>
    <span class="row-note" dir="auto"
      >${note === '' ? nothing : html`${icons.note}<span class="visually-hidden">${strings.note.label}:</span> ${note}`}</span
    >
    <span class="row-removed">${removed === 0 ? nothing : words.removed(removed)}</span>
  </button>`
}

/** The field for the search has the focus now, where it is shown. */
export function focusSearch(root: HTMLElement): void {
  root.querySelector<HTMLInputElement>('.search')?.focus()
}
