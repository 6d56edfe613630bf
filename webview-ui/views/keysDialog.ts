// The list of keys, as a dialog over the editor.
import { html, type TemplateResult } from 'lit'
import { KEYS, SIMPLE_COMMANDS, type SimpleCommand } from '../keys'
import { strings } from '../strings'
import { button } from '../toolkit'

const ID = 'keys-dialog'

export function keysDialog(k: number, close: () => void): TemplateResult {
  const words = strings.keysDialog
  const names = SIMPLE_COMMANDS.filter((name) => name !== 'rank' || k > 2)
  // Escape closes by the state as the button does: the dialog by itself would be gone before its event of closing comes.
  const escaped = (event: Event): void => {
    event.preventDefault()
    close()
  }
  return html`<dialog id=${ID} aria-labelledby="keys-title" @cancel=${escaped} @close=${close}>
    <h2 id="keys-title">${words.title}</h2>
    <dl>
      <div><dt>${Array.from({ length: k }, (_, index) => html`<kbd>${index + 1}</kbd>`)}</dt><dd>${words.best(k)}</dd></div>
      ${names.map((name) => html`<div><dt>${keysOf(name).map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${strings.commands[name].meaning}</dd></div>`)}
    </dl>
    ${button({ label: words.close, press: close })}
  </dialog>`
}

function keysOf(name: SimpleCommand): readonly string[] {
  const { keys, shown } = KEYS[name]
  return keys.length > 1 ? keys : [shown]
}

/** Opens or closes the dialog once it is drawn; a dialog opened by script keeps and gives back the focus. */
export function syncKeysDialog(root: ParentNode, shown: boolean): void {
  const dialog = root.querySelector<HTMLDialogElement>(`#${ID}`)
  if (shown && dialog?.open === false) dialog.showModal()
  if (!shown && dialog?.open === true) dialog.close()
}
