// The list of keys, as a dialog over the editor.
import { html, type TemplateResult } from 'lit'
import { digitsFor, KEYS, SIMPLE_COMMANDS, type SimpleCommand } from '../keys'
import { strings } from '../strings'
import { button } from '../toolkit'

const ID = 'keys-dialog'

export function keysDialog(k: number, close: () => void): TemplateResult {
  const words = strings.keysDialog
  const names = SIMPLE_COMMANDS.filter((name) => name !== 'rank' || k > 2)
  // Escape changes the state, as the button does: otherwise the dialog closes before the state
  // does.
  const escaped = (event: Event): void => {
    event.preventDefault()
    close()
  }
  return html`<dialog id=${ID} aria-labelledby="keys-title" @cancel=${escaped} @close=${close}>
    <header>
      <h2 id="keys-title">${words.title}</h2>
      ${button({ label: words.close, press: close })}
    </header>
    <dl>
      ${row(digits(k), words.best(k))}
      ${names.map((name) => row(keysOf(name).map(printed), strings.commands[name].meaning))}
    </dl>
  </dialog>`
}

function row(keys: unknown, meaning: string): TemplateResult {
  return html`<div>
    <dt>${keys}</dt>
    <dd>${meaning}</dd>
  </div>`
}

function printed(key: string): TemplateResult {
  return html`<kbd>${key}</kbd>`
}

/** All of a few, the first and the last of many. */
function digits(k: number): unknown {
  const all = digitsFor(k).map(printed)
  return all.length > 3 ? html`${all[0]} … ${all.at(-1)}` : all
}

function keysOf(name: SimpleCommand): readonly string[] {
  const { keys, shown } = KEYS[name]
  return keys.length > 1 ? keys : [shown]
}

/**
 * Opens or closes the dialog once it is drawn; a dialog opened by script keeps and gives back the
 * focus.
 */
export function syncKeysDialog(root: ParentNode, shown: boolean): void {
  const dialog = root.querySelector<HTMLDialogElement>(`#${ID}`)
  if (shown && dialog?.open === false) dialog.showModal()
  if (!shown && dialog?.open === true) dialog.close()
}
