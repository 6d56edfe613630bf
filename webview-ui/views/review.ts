// The review view: all prompts with their labels, notes and flags; search, filters, statistics.
import { html, nothing, type TemplateResult } from 'lit'
import type { ReviewRow } from '../../src/shared/reviewProtocol'
import { type AnalysisState, reasonsText } from '../analysis'
import { icons } from '../icons'
import { commandFor, generalCommandFor, KEYS } from '../keys'
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
import { roundLine } from './stages'
import { statisticsView } from './statistics'
import type { View } from './view'

export const reviewView: View<'review'> = {
  id: 'review',
  label: strings.views.review,
  badge: () => nothing,
  command: generalCommandFor,
  draw: (host, { review, analysis, window }, actions) =>
    html`${roundLine(host)}${list(review, analysis, window.width >= ROOM_FOR_STATISTICS, actions)}`,
}

/** In pixels: narrower windows show them when asked. */
const ROOM_FOR_STATISTICS = 560

function list(
  { rows, statistics, search, filter, opened }: ReviewState,
  analysis: AnalysisState,
  isRoomy: boolean,
  actions: Actions,
): TemplateResult {
  const words = strings.review
  const input = (event: Event): void =>
    actions.review({ search: (event.target as HTMLInputElement).value })
  const again = labelsToLookAt(analysis)
  const passing = (rows ?? []).filter((row) => passes(row, filter, again))
  const shown = filter === 'lookAgain' ? strongestFirst(passing, again) : passing
  const current = Math.max(
    0,
    shown.findIndex(
      ({ selectionId }) => selectionId !== null && selectionId === opened?.selectionId,
    ),
  )
  const drawRow: DrawRow = (index, isCurrent) => {
    const row = shown[index]
    const reason = filter === 'lookAgain' ? again.get(row?.selectionId ?? '') : undefined
    return row ? rowView(row, isCurrent, reason, actions) : html``
  }
  return html`<section
    class=${filter === 'lookAgain' ? 'review look-again' : 'review'}
    aria-label=${strings.views.review}
  >
    <div class="review-head">
      <input
        type="search"
        class="field search"
        placeholder=${words.search}
        aria-label=${words.search}
        aria-keyshortcuts="/"
        .value=${search}
        @input=${input}
      />
      <div class="filters" role="group" aria-label=${words.filters}>
        ${rows ? REVIEW_FILTERS.map((each) => filterButton(each, rows, again, each === filter, actions)) : nothing}
      </div>
    </div>
    ${statistics ? statisticsView(statistics, analysis, isRoomy) : nothing}
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

/** The reasons by selection, the strongest first. */
const labelsToLookAt = ({ value }: AnalysisState): ReadonlyMap<string, string> =>
  new Map((value?.lookAgain ?? []).map((label) => [label.selectionId, reasonsText(label)]))

function strongestFirst(
  rows: readonly ReviewRow[],
  again: ReadonlyMap<string, string>,
): readonly ReviewRow[] {
  const bySelection = new Map(rows.map((row) => [row.selectionId, row]))
  return [...again.keys()].flatMap((id) => bySelection.get(id) ?? [])
}

/** Empty filters are hidden, except the active one. */
function filterButton(
  filter: ReviewFilter,
  rows: readonly ReviewRow[],
  again: ReadonlyMap<string, string>,
  isOn: boolean,
  actions: Actions,
): unknown {
  const passing = rows.filter((row) => passes(row, filter, again)).length
  if (passing === 0 && !isOn && filter !== 'all') return nothing
  return html`<button
    class="filter"
    aria-pressed=${isOn}
    @click=${() => actions.review({ filter })}
  >
    ${strings.review.filter[filter]} <b>${count(passing)}</b>
  </button>`
}

/** @param reason why the label is to be looked at again; undefined where that is not shown. */
function rowView(
  row: ReviewRow,
  isCurrent: boolean,
  reason: string | undefined,
  actions: Actions,
): TemplateResult {
  const { selectionId, isDue = false, promptId, position, excerpt, flagged, removed } = row
  const words = strings.review
  const open = (): void => {
    if (selectionId !== null) actions.open({ selectionId, position })
    else if (isDue) {
      actions.show('label')
      actions.goTo({ position })
    }
  }
  const toggle = (): void => actions.flag(promptId, !flagged)
  const keydown = (event: KeyboardEvent): void => {
    if (commandFor(event, 0)?.do !== 'flag') return
    event.preventDefault()
    event.stopPropagation()
    toggle()
  }
  return html`<button
      class="row"
      tabindex=${isCurrent ? 0 : -1}
      aria-disabled=${selectionId === null && !isDue ? 'true' : nothing}
      aria-keyshortcuts=${KEYS.flag.spoken}
      @click=${open}
      @keydown=${keydown}
    >
      ${placeCell(row)} ${decisionCell(row)}
      <span class="row-prompt" dir="auto">${excerpt}</span>
      ${reason === undefined ? noteCell(row) : html`<span class="row-reason" title=${reason}>${reason}</span>`}
      <span class="row-removed">${removed === 0 ? nothing : words.removed(removed)}</span>
      ${flagged ? html`<span class="visually-hidden">${words.flagged}</span>` : nothing}
    </button>
    <button
      class="row-flag"
      tabindex="-1"
      aria-pressed=${flagged}
      aria-label=${words.flagOf(position)}
      title=${words.flagHint}
      @click=${toggle}
    >
      ${icons.flag}
    </button>`
}

function placeCell({ position, place }: ReviewRow): TemplateResult {
  const further = html`<span class="row-selection" title=${strings.task.another(place)}
    >.${count(place)}</span
  >`
  return html`<span class="row-place"
    >${count(position + 1)}${place === 1 ? nothing : further}</span
  >`
}

function decisionCell({
  selectionId,
  isDue = false,
  decision,
  leftOut,
}: ReviewRow): TemplateResult {
  const words = strings.review
  if (!decision) {
    const open = selectionId === null ? words.notSelected : words.open
    if (isDue) return html`<span class="row-decision" title=${words.dueHint}>${words.due}</span>`
    return html`<span class="row-decision">${leftOut === null ? open : words.leftOut}</span>`
  }
  const { preference, shownOrder, isEdited } = decision
  return html`<span class="row-decision ${preference.kind}">
    <span aria-hidden="true">${SIGNS[preference.kind]}</span>
    ${describe(preference, shownOrder, isEdited)}
  </span>`
}

/** The note; for a prompt that was left out, the reason. */
function noteCell({ note, leftOut }: ReviewRow): TemplateResult {
  const name = html`${icons.note}<span class="visually-hidden">${strings.note.label}:</span>`
  return html`<span class="row-note" dir="auto" title=${leftOut ?? nothing}
    >${note === '' ? leftOut : html`${name} ${note}`}</span
  >`
}

/** Moves the focus to the search field, if it is shown. */
export function focusSearch(root: HTMLElement): void {
  root.querySelector<HTMLInputElement>('.search')?.focus()
}
