// The labelling view: place in the list, prompt, responses, note.
import { html, nothing, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import type { Counts, EditorState, Task } from '../../src/shared/editorProtocol'
import { type Display, isRaw } from '../display'
import { KEYS } from '../keys'
import { describe, shownOrder } from '../preferences'
import { isNoteUnsaved, type State } from '../state'
import { strings } from '../strings'
import { button, textArea } from '../toolkit'
import type { Actions } from './actions'
import { command } from './command'
import { places } from './placesPopover'
import { poolView } from './pool'
import { promptView } from './prompt'
import { responsesView } from './responses'
import { text } from './text'

export function taskView(
  { settings, counts }: EditorState,
  task: Task,
  state: State,
  actions: Actions,
): TemplateResult {
  const { display } = state
  const guidelines = settings?.guidelines ?? null
  return html`
    ${guidelinesShown(guidelines, display)}
    <div class="task-head">
      <div class="place-and-steps">
        ${step('previous', actions)} ${places(task, actions)} ${step('next', actions)}
        ${leftOut(task)}
      </div>
      <div class="buttons tools" role="group" aria-label=${strings.task.viewTools}>
        ${guidelines === null ? nothing : command('guidelines', actions, { kind: 'quiet', pressed: display.guidelinesShown })}
        ${command('raw', actions, { kind: 'quiet', pressed: isRaw(display) })}
        ${task.responses.length > 1 ? command('differences', actions, { kind: 'quiet', pressed: display.differences }) : nothing}
        ${command('note', actions, { kind: 'quiet', pressed: state.noteOpen, ...(state.noteOpen ? { press: () => actions.closeNote() } : {}) })}
        ${command('keys', actions, { kind: 'quiet' })}
      </div>
    </div>
    ${counts ? budgetReached(counts, task) : nothing}
    ${keyed(
      task.selectionId,
      html`
        ${promptView(task.prompt, state, actions)} ${decided(task)} ${responsesView(task, state)}
        ${poolView(task, state, actions)}
      `,
    )}
    ${note(task, state, actions)}
  `
}

/** The arrow keys are their own icons. */
function step(name: 'previous' | 'next', actions: Actions): TemplateResult {
  const { button: label } = strings.commands[name]
  return command(name, actions, { iconOnly: true, tooltip: `${label} (${KEYS[name].shown})` })
}

function guidelinesShown(source: string | null, display: Display): unknown {
  if (source === null || !display.guidelinesShown) return nothing
  return html`<section class="guidelines" aria-label=${strings.guidelines}>
    ${text(source, isRaw(display), 2)}
  </section>`
}

function leftOut({ removed, poolSize }: Task): unknown {
  const total = removed.reduce((sum, { count }) => sum + count, 0)
  return total === 0
    ? nothing
    : html`<p class="aside left-out">${strings.task.leftOut(total, poolSize, removed)}</p>`
}

function budgetReached({ annotated, budget }: Counts, { preference }: Task): unknown {
  return annotated >= budget && preference === null
    ? html`<p class="aside">${strings.decision.budgetReached(budget)}</p>`
    : nothing
}

function decided(task: Task): unknown {
  return task.preference
    ? html`<p class="decided">
        ${strings.decision.decided(describe(task.preference, shownOrder(task)))}
      </p>`
    : nothing
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
    <span class="role"
      >${words.label}${waits ? html` <span class="aside">${words.waits(decided)}</span>` : nothing}</span
    >
    <p>${state.note}</p>
  </section>`
}
