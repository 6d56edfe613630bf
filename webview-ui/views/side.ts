// Guidelines and note: beside the responses where there is room, else below them.
import { html, nothing, type TemplateResult } from 'lit'
import type { Task } from '../../src/shared/editorProtocol'
import { isNoteUnsaved, type State } from '../state'
import { strings } from '../strings'
import { button, textArea } from '../toolkit'
import type { Actions } from './actions'
import { command } from './command'
import { text } from './text'

export function side(
  guidelines: string | null,
  task: Task,
  state: State,
  actions: Actions,
): TemplateResult {
  return html`<aside class="side" aria-label=${strings.side}>
    ${guidelines === null ? nothing : guidelinesPanel(guidelines, state, actions)}
    <div class="side-panel">
      <div class="side-head">
        ${command('note', actions, {
          kind: 'quiet',
          pressed: state.noteOpen,
          ...(state.noteOpen ? { press: () => actions.closeNote() } : {}),
        })}
      </div>
      ${note(task, state, actions)}
    </div>
  </aside>`
}

function guidelinesPanel(source: string, { display }: State, actions: Actions): TemplateResult {
  const shown = display.guidelinesShown
  return html`<div class="side-panel">
    <div class="side-head">
      ${command('guidelines', actions, { kind: 'quiet', pressed: shown })}
    </div>
    ${
      shown
        ? html`<section class="guidelines" aria-label=${strings.guidelines}>
            ${text(source, display.raw, 2)}
          </section>`
        : nothing
    }
  </div>`
}

function note(task: Task, state: State, actions: Actions): unknown {
  const words = strings.note
  const decided = task.preference !== null
  if (!state.noteOpen) return state.note === '' ? nothing : noteShown(state, decided)
  return html`<div class="note">
    ${textArea({ label: words.label, value: state.note, changed: (value) => actions.setNote(value) })}
    <div class="buttons">
      <span class="aside">${words.hint(decided)}</span>
      ${button({ label: decided ? words.save : words.close, press: () => actions.closeNote() })}
    </div>
  </div>`
}

/** A note that only waits for being saved does not look like one that is. */
function noteShown(state: State, decided: boolean): TemplateResult {
  const words = strings.note
  const waits = state.busy === null && (!decided || isNoteUnsaved(state))
  return html`<section class="note-shown" aria-label=${words.label}>
    <p>${state.note}</p>
    ${waits ? html`<p class="aside">${words.waits(decided)}</p>` : nothing}
  </section>`
}
