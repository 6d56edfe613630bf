// Guidelines and note: beside the responses where there is room, else below them. Shown only while
// one of them is open.
import { html, nothing, type TemplateResult } from 'lit'
import type { Task } from '../../src/shared/curationViews'
import { isNoteUnsaved, type State } from '../state'
import { strings } from '../strings'
import { button, textArea } from '../toolkit'
import type { Actions } from './actions'
import { command } from './command'
import { text } from './text'

/** The open panels. */
export interface SidePanels {
  /** null for a curation without guidelines, and while they are closed. */
  guidelines: string | null
  note: boolean
}

export const sideOf = (
  guidelines: string | null,
  { display, noteOpen, note }: State,
): SidePanels => ({
  guidelines: display.guidelinesShown ? guidelines : null,
  note: noteOpen || note !== '',
})

export const isSideOpen = ({ guidelines, note }: SidePanels): boolean => guidelines !== null || note

export function sideView(side: SidePanels, task: Task, state: State, actions: Actions): unknown {
  if (!isSideOpen(side)) return nothing
  return html`<aside class="side" aria-label=${strings.side}>
    ${side.guidelines === null ? nothing : guidelinesPanel(side.guidelines, state, actions)}
    ${side.note ? notePanel(task, state, actions) : nothing}
  </aside>`
}

/** Buttons that open the closed panels. */
export function sideButtons(
  side: SidePanels,
  hasGuidelines: boolean,
  actions: Actions,
): (TemplateResult | typeof nothing)[] {
  return [
    hasGuidelines && side.guidelines === null
      ? command('guidelines', actions, { kind: 'quiet', pressed: false })
      : nothing,
    side.note ? nothing : command('note', actions, { kind: 'quiet', pressed: false }),
  ]
}

function guidelinesPanel(source: string, { display }: State, actions: Actions): TemplateResult {
  return html`<div class="side-panel">
    <div class="side-head">${command('guidelines', actions, { kind: 'quiet', pressed: true })}</div>
    <section class="guidelines" aria-label=${strings.guidelines}>
      ${text(source, display.raw, 2)}
    </section>
  </div>`
}

function notePanel(task: Task, state: State, actions: Actions): TemplateResult {
  return html`<div class="side-panel">
    <div class="side-head">
      ${command('note', actions, {
        kind: 'quiet',
        pressed: state.noteOpen,
        ...(state.noteOpen ? { press: () => actions.closeNote() } : {}),
      })}
    </div>
    ${note(task, state, actions)}
  </div>`
}

function note(task: Task, state: State, actions: Actions): TemplateResult {
  const words = strings.note
  const decided = task.preference !== null
  if (!state.noteOpen) return noteShown(state, decided)
  return html`<div class="note">
    ${textArea({ label: words.label, value: state.note, changed: (value) => actions.setNote(value) })}
    <div class="buttons">
      <span class="aside">${words.hint(decided)}</span>
      ${button({ label: decided ? words.save : words.close, press: () => actions.closeNote() })}
    </div>
  </div>`
}

/** A note that is not saved yet is marked. */
function noteShown(state: State, decided: boolean): TemplateResult {
  const words = strings.note
  const waits = state.busy === null && (!decided || isNoteUnsaved(state))
  return html`<section class="note-shown" aria-label=${words.label}>
    <p>${state.note}</p>
    ${waits ? html`<p class="aside">${words.waits(decided)}</p>` : nothing}
  </section>`
}
