// The place in the list, as a button that opens the ways to other places: a number, the ends, the
// next open one.
import { html, type TemplateResult } from 'lit'
import type { Task } from '../../src/shared/curationViews'
import { icons } from '../icons'
import { strings } from '../strings'
import { button } from '../toolkit'
import type { Actions } from './actions'
import { command } from './command'
import { keepEscape, popover } from './popover'

const ID = 'places'

export function places({ position, total }: Task, actions: Actions): TemplateResult {
  const words = strings.task
  const field = (): HTMLInputElement | null | undefined => popover(ID)?.querySelector('input')
  const start = ({ newState }: ToggleEvent): void => {
    const input = field()
    if (input && newState === 'open') input.value = String(position + 1)
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const wanted = field()?.valueAsNumber ?? NaN
    if (Number.isNaN(wanted)) return
    popover(ID)?.hidePopover()
    actions.goTo({ position: wanted - 1 })
  }
  return html`<h2>
      <button class="places-button" popovertarget=${ID} aria-haspopup="dialog">
        ${words.place(position, total)}${icons.chevron}
      </button>
    </h2>
    <div
      id=${ID}
      class="popover places"
      popover
      role="dialog"
      aria-label=${words.goTo}
      @beforetoggle=${start}
      @keydown=${keepEscape}
    >
      <form class="buttons" novalidate @submit=${submit}>
        <label
          >${words.goTo}
          <input class="field" type="number" min="1" max=${total} autofocus @focus=${selectAll}
        /></label>
        ${button({ label: words.go, press: () => popover(ID)?.querySelector('form')?.requestSubmit() })}
      </form>
      <div class="buttons">
        ${(['first', 'last', 'nextOpen'] as const).map((name) => command(name, actions, { kind: 'quiet' }))}
      </div>
    </div>`
}

function selectAll(event: FocusEvent): void {
  if (event.target instanceof HTMLInputElement) event.target.select()
}

export function closePlaces(root: ParentNode): void {
  root.querySelector<HTMLElement>(`#${ID}:popover-open`)?.hidePopover()
}
