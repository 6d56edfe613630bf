// The views as tabs.
import { html, type TemplateResult } from 'lit'
import type { EditorState } from '../../src/shared/editorProtocol'
import type { State } from '../state'
import { strings } from '../strings'
import type { Actions } from './actions'
import { type ViewId, VIEWS } from './table'
import type { View } from './view'

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 }

export function tabs(host: EditorState, { view: shown }: State, actions: Actions): TemplateResult {
  const offered = VIEWS.filter((view: View) => view.isOffered?.(host) ?? true)
  const show = (view: ViewId): void => {
    actions.show(view)
    document.getElementById(`tab-${view}`)?.focus()
  }
  const keydown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const next = offered.at((offered.findIndex(({ id }) => id === shown) + step) % offered.length)
    if (next) show(next.id)
  }
  return html`<div class="tabs" role="tablist" aria-label=${strings.views.bar} @keydown=${keydown}>
    ${offered.map(
      ({ id, label, badge }) =>
        html`<button
          class="tab"
          role="tab"
          id="tab-${id}"
          aria-selected=${id === shown}
          aria-controls="panel"
          tabindex=${id === shown ? 0 : -1}
          @click=${() => actions.show(id)}
        >
          ${label}${badge(host)}
        </button>`,
    )}
  </div>`
}
