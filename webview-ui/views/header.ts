// The head of the editor: which curation, its state in numbers, the next step, the views.
import { html, nothing, type TemplateResult } from 'lit'
import type { CurationView } from '../../src/shared/editorProtocol'
import { icons } from '../icons'
import { count } from '../numbers'
import { isUnderWay, nextStep, type Stage } from '../stage'
import type { Tab } from '../state'
import { modelName, strings } from '../strings'
import { badge, button } from '../toolkit'
import type { Actions } from './actions'
import { progressBar } from './progressBar'

export function header(
  view: CurationView,
  stage: Stage,
  tab: Tab,
  actions: Actions,
): TemplateResult {
  const words = strings.header
  // Screens without a selection show the next step themselves, and so does the list of runs a new
  // one.
  const next = stage === 'labelling' || tab === 'runs' ? nextStep(view, stage) : null
  const step = tab === 'runs' && next?.action === 'train' ? null : next
  return html`<header class="header">
    <div class="title-row">
      <div class="title">
        <h1>${view.name}</h1>
        <p class="device">${view.device ?? modelName(view.generator)}</p>
      </div>
      <div class="buttons">
        ${step ? button({ label: step.label, press: () => actions.act(step.action), kind: view.counts.selected === 0 || step.action === 'train' ? 'primary' : 'secondary' }) : nothing}
        ${button({ label: words.openOutput, icon: icons.dataSet, iconOnly: true, press: () => actions.act('openOutput') })}
        ${button({ label: words.openText, icon: icons.braces, iconOnly: true, press: () => actions.act('openText') })}
        ${button({ label: words.showLog, icon: icons.log, iconOnly: true, press: () => actions.act('showLog') })}
      </div>
    </div>
    <div class="state-row">
      ${tabs(view, tab, actions)}
      ${stage === 'opening' || stage === 'blocked' ? nothing : numbers(view)}
    </div>
  </header>`
}

function numbers({ counts, annotator }: CurationView): TemplateResult {
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

function tabs(view: CurationView, tab: Tab, actions: Actions): TemplateResult {
  const words = strings.tabs
  const running = view.runs.some(isUnderWay)
  const one = (name: Tab, label: string, extra: unknown): TemplateResult =>
    html`<button
      class="tab"
      role="tab"
      id="tab-${name}"
      aria-selected=${tab === name}
      aria-controls="panel"
      tabindex=${tab === name ? 0 : -1}
      @click=${() => actions.showTab(name)}
    >
      ${label}${extra}
    </button>`
  const other: Tab = tab === 'label' ? 'runs' : 'label'
  const keydown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    event.preventDefault()
    event.stopPropagation()
    actions.showTab(other)
    document.getElementById(`tab-${other}`)?.focus()
  }
  return html`<div class="tabs" role="tablist" aria-label=${words.bar} @keydown=${keydown}>
    ${one('label', words.label, nothing)}
    ${one('runs', words.runs, running ? html`<span class="dot running" role="img" aria-label=${strings.runs.states.running}></span>` : view.runs.length > 0 ? badge(count(view.runs.length)) : nothing)}
  </div>`
}
