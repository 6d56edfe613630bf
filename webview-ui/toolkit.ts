// Every control of the editor, as templates. The only file that knows the component library:
// another one means other templates here.
import './nonce'
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeProgressRing,
  vsCodeTextArea,
} from '@vscode/webview-ui-toolkit'
import { html, nothing, type TemplateResult } from 'lit'
import { live } from 'lit/directives/live.js'
import './styles/toolkit.css'

export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeProgressRing(), vsCodeTextArea())
}

export interface ButtonOptions {
  label: string
  press: () => void
  /** Quiet ones have no border until they are pointed at or on. */
  kind?: 'primary' | 'secondary' | 'quiet'
  icon?: TemplateResult
  /** Shows the icon alone; the label is what screen readers say and the tooltip shows. */
  iconOnly?: boolean
  /** The key that does the same, printed on the button. */
  key?: string
  /** The key is part of what the button says ("1 is better"), not only a hint. */
  keyIsWord?: boolean
  /** The key as `aria-keyshortcuts` names it, where that differs from what is printed. */
  shortcut?: string
  /** For buttons that are on or off. */
  pressed?: boolean
  disabled?: boolean
  tooltip?: string
}

/**
 * `aria-pressed` and `aria-keyshortcuts` go in as properties: the library's button passes on few
 * attributes to the button inside.
 */
export function button(options: ButtonOptions): TemplateResult {
  const {
    label,
    press,
    kind = 'secondary',
    icon = nothing,
    iconOnly = false,
    key,
    keyIsWord = false,
    shortcut = key,
    pressed,
    disabled = false,
    tooltip,
  } = options
  const keyHint =
    key === undefined
      ? nothing
      : keyIsWord
        ? html`<kbd>${key}</kbd>`
        : html`<kbd aria-hidden="true">${key}</kbd>`
  return html`<vscode-button
    class=${kind}
    appearance=${iconOnly ? 'icon' : kind === 'primary' ? 'primary' : 'secondary'}
    aria-label=${iconOnly ? label : nothing}
    .ariaKeyshortcuts=${shortcut ?? null}
    .ariaPressed=${pressed === undefined ? null : String(pressed)}
    title=${tooltip ?? (iconOnly ? label : nothing)}
    ?disabled=${disabled}
    @click=${press}
    >${keyHint}${icon}${iconOnly ? nothing : html`<span class="label">${label}</span>`}</vscode-button
  >`
}

export interface TextAreaOptions {
  label: string
  value: string
  changed: (value: string) => void
}

export function textArea({ label, value, changed }: TextAreaOptions): TemplateResult {
  const input = (event: Event): void => changed((event.target as HTMLTextAreaElement).value)
  return html`<vscode-text-area
    class="text-area"
    rows="2"
    resize="vertical"
    .value=${value}
    @input=${input}
    >${label}</vscode-text-area
  >`
}

export interface FieldOptions {
  /** The id of the control, for its label. */
  id: string
  value: string
  /** The id of the text that describes it. */
  describedBy?: string
  disabled?: boolean
  /** Called when a value was entered: on Enter, and when the field is left. */
  changed: (value: string) => void
}

/** One line of text. Controls of forms are the browser's own: the library's draw a frame late. */
export function textField(options: FieldOptions & { isNumber?: boolean }): TemplateResult {
  const { id, value, describedBy, disabled = false, isNumber = false, changed } = options
  return html`<input
    class="field"
    id=${id}
    type="text"
    inputmode=${isNumber ? 'decimal' : 'text'}
    spellcheck="false"
    autocomplete="off"
    aria-describedby=${describedBy ?? nothing}
    ?disabled=${disabled}
    .value=${live(typedIn(id) ?? value)}
    @change=${(event: Event) => changed((event.target as HTMLInputElement).value)}
  />`
}

/** The text of a field that has the focus: drawing again must not undo what is being typed. */
function typedIn(id: string): string | undefined {
  const focused = document.activeElement
  return focused instanceof HTMLInputElement && focused.id === id ? focused.value : undefined
}

/** Several lines of text, of which Enter alone sends and Shift+Enter makes a new one. */
export function promptField(
  options: Pick<FieldOptions, 'id' | 'value' | 'disabled' | 'changed'> & {
    label: string
    placeholder: string
    submit: () => void
  },
): TemplateResult {
  const { id, value, label, placeholder, disabled = false, changed, submit } = options
  const keydown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') (event.target as HTMLElement).blur()
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    submit()
  }
  return html`<textarea
    class="field prompt-field"
    id=${id}
    rows="2"
    aria-label=${label}
    placeholder=${placeholder}
    ?disabled=${disabled}
    .value=${live(value)}
    @input=${(event: Event) => changed((event.target as HTMLTextAreaElement).value)}
    @keydown=${keydown}
  ></textarea>`
}

export function choiceField(
  options: FieldOptions & {
    /** For screen readers, where no text on the page labels it. */
    label?: string
    choices: readonly { id: string; label: string; tooltip?: string }[]
  },
): TemplateResult {
  const { id, value, label, describedBy, disabled = false, choices, changed } = options
  return html`<select
    class="field"
    id=${id}
    aria-label=${label ?? nothing}
    aria-describedby=${describedBy ?? nothing}
    ?disabled=${disabled}
    @change=${(event: Event) => changed((event.target as HTMLSelectElement).value)}
  >
    ${choices.map(
      (choice) =>
        html`<option
          value=${choice.id}
          title=${choice.tooltip ?? nothing}
          .selected=${live(choice.id === value)}
        >
          ${choice.label}
        </option>`,
    )}
  </select>`
}

export function toggleField(options: FieldOptions): TemplateResult {
  const { id, value, describedBy, disabled = false, changed } = options
  return html`<input
    class="toggle"
    id=${id}
    type="checkbox"
    aria-describedby=${describedBy ?? nothing}
    ?disabled=${disabled}
    .checked=${live(value === 'true')}
    @change=${(event: Event) => changed(String((event.target as HTMLInputElement).checked))}
  />`
}

/** Work of unknown length. Says nothing to screen readers: the sentence beside it does. */
export function progressRing(): TemplateResult {
  return html`<vscode-progress-ring aria-hidden="true"></vscode-progress-ring>`
}

/** Not the library's: that one styles itself inline, which the content security policy forbids. */
export function badge(text: string): TemplateResult {
  return html`<span class="badge">${text}</span>`
}
