// The head of the editor: which curation, its state in numbers, the next step, the views.
import { html, nothing, type TemplateResult } from 'lit'
import type { Counts, EditorState } from '../../src/shared/editorProtocol'
import { icons } from '../icons'
import { count } from '../numbers'
import { nextStep, stageOf } from '../stage'
import type { State } from '../state'
import { modelName, strings } from '../strings'
import { button } from '../toolkit'
import type { Actions } from './actions'
import { progressBar } from './progressBar'
import { type ViewId, VIEWS } from './table'

export function header(host: EditorState, state: State, actions: Actions): TemplateResult {
  const words = strings.header
  const { file, settings, counts } = host
  const stage = stageOf(host, state.task)
  // Screens without a selection show the next step themselves, and so does the list of runs.
  const isNextElsewhere = state.view === 'label' && stage !== 'labelling'
  const next = isNextElsewhere ? null : nextStep(host, stage)
  const step = state.view === 'runs' && next?.action === 'train' ? null : next
  const isFirst = (counts?.selected ?? 0) === 0
  return html`<header class="header">
    <div class="title-row">
      <div class="title">
        <h1>${file.name}</h1>
        ${settings ? html`<p class="device">${settings.device ?? modelName(settings.generator)}</p>` : nothing}
      </div>
      <div class="buttons">
        ${step ? button({ label: step.label, press: () => actions.act(step.action), kind: isFirst || step.action === 'train' ? 'primary' : 'secondary' }) : nothing}
        ${button({ label: words.openOutput, icon: icons.dataSet, iconOnly: true, press: () => actions.act('openOutput') })}
        ${button({ label: words.openText, icon: icons.braces, iconOnly: true, press: () => actions.act('openText') })}
        ${button({ label: words.showLog, icon: icons.log, iconOnly: true, press: () => actions.act('showLog') })}
      </div>
    </div>
    <div class="state-row">
      ${tabs(host, state, actions)}
      ${settings && counts ? numbers(counts, settings.annotator) : nothing}
    </div>
  </header>`
}

function numbers(counts: Counts, annotator: string): TemplateResult {
  const words = strings.header
  return html`<ul class="numbers" aria-label=${words.state}>
    <li><b>${count(counts.prompts)}</b> ${words.prompts(counts.prompts)}</li>
    <li>
      <b>${count(counts.candidates)}</b>
      ${counts.candidates === counts.candidatesWanted ? nothing : words.of(counts.candidatesWanted)}
      ${words.candidates}
    </li>
    <li><b>${count(counts.selected)}</b> ${words.selected}</li>
    <li class="budget">
      <span
        ><b>${count(counts.annotated)}</b> ${words.of(counts.budget)} ${words.annotatedAs}
        <bdi class="annotator" title=${annotator}>${annotator}</bdi></span
      >
      ${progressBar(words.budget(counts.annotated, counts.budget), counts.annotated, counts.budget)}
    </li>
    <li><b>${count(counts.pairs)}</b> ${words.pairs(counts.pairs)}</li>
  </ul>`
}

function tabs(host: EditorState, { view: shown }: State, actions: Actions): TemplateResult {
  const show = (view: ViewId): void => {
    actions.show(view)
    document.getElementById(`tab-${view}`)?.focus()
  }
  const keydown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const index = VIEWS.findIndex(({ id }) => id === shown) + step
    const next = VIEWS.at(index % VIEWS.length)
    if (next) show(next.id)
  }
  return html`<div class="tabs" role="tablist" aria-label=${strings.views.bar} @keydown=${keydown}>
    ${VIEWS.map(
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
