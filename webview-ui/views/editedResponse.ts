// A response that its annotator rewrites, or has rewritten.
import { html, type TemplateResult } from 'lit'
import { KEYS } from '../keys'
import { strings } from '../strings'
import { button, textArea } from '../toolkit'
import type { Actions } from './actions'
import { text } from './text'

/** The text field of an edit. */
export function editField(written: string, actions: Actions): TemplateResult {
  const words = strings.edit
  const keydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    event.stopPropagation()
    actions.saveEdit()
  }
  return html`<div class="edit" @keydown=${keydown}>
    ${textArea({ label: words.label, value: written, changed: (value) => actions.writeEdit(value) })}
    <div class="buttons">
      ${button({
        label: words.save,
        kind: 'primary',
        key: words.saveKey,
        shortcut: 'Control+Enter',
        disabled: written.trim() === '',
        press: () => actions.saveEdit(),
      })}
      ${button({
        label: words.cancel,
        key: words.cancelKey,
        shortcut: 'Escape',
        press: () => actions.perform({ do: 'edit' }),
      })}
      <span class="aside">${words.hint}</span>
    </div>
  </div>`
}

/** The new text; what was sampled is a click away. */
export function editedText(written: string, sampled: string, raw: boolean): TemplateResult {
  return html`${text(written, raw, 3)}
    <details class="as-sampled">
      <summary>${strings.edit.asSampled}</summary>
      ${text(sampled, raw, 3)}
    </details>`
}

/** Tells of a text that was written and not saved. */
export const unsavedEdit = (): TemplateResult =>
  html`<span class="unsaved" title=${strings.edit.unsavedMeaning}
    >${strings.edit.unsaved} <kbd>${KEYS.edit.shown}</kbd></span
  >`
