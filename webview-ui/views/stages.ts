// What is shown while there is no selection to label: where the curation stands and what comes
// next.
import { html, nothing, type TemplateResult } from 'lit'
import type { CurationView } from '../../src/shared/editorProtocol'
import { icons } from '../icons'
import { canTrain, nextStep, type Stage } from '../stage'
import { strings } from '../strings'
import { button, progressRing } from '../toolkit'
import type { Actions } from './actions'

export function stageView(
  view: CurationView,
  stage: Exclude<Stage, 'labelling'>,
  actions: Actions,
): TemplateResult {
  const words = strings.stages
  const { counts } = view
  switch (stage) {
    case 'opening':
      return opening()
    case 'blocked':
      return screen(words.blocked.title, html`<p>${words.blocked.body}</p>`)
    case 'untrusted':
      return screen(words.untrusted.title, html`<p>${words.untrusted.body}</p>`)
    case 'noCandidates':
      return screen(words.noCandidates.title, steps(view), step(view, stage, actions))
    case 'waiting':
      return screen(words.waiting.title, html`<p>${words.waiting.body(view.n)}</p>`, progressRing())
    case 'caughtUp':
      return screen(
        words.caughtUp.title,
        html`<p>${words.caughtUp.body}</p>`,
        reviewButton(actions),
      )
    case 'paused':
      return screen(
        words.paused.title,
        html`<p>${words.paused.body(counts.candidates, counts.candidatesWanted)}</p>`,
        html`${step(view, stage, actions)}${reviewButton(actions)}`,
      )
    case 'done':
      return done(view, actions)
  }
}

/** Before there is anything to tell of the curation. */
export function opening(): TemplateResult {
  return html`<section class="stage">
    ${progressRing()}
    <p>${strings.connecting}</p>
  </section>`
}

function screen(
  title: string,
  body: TemplateResult,
  buttons: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<section class="stage" aria-labelledby="stage-title">
    <h2 id="stage-title">${title}</h2>
    ${body}
    <div class="buttons">${buttons}</div>
  </section>`
}

function step(view: CurationView, stage: Stage, actions: Actions): TemplateResult | typeof nothing {
  const next = nextStep(view, stage)
  return next
    ? button({ label: next.label, kind: 'primary', press: () => actions.act(next.action) })
    : nothing
}

function steps(view: CurationView): TemplateResult {
  const [prompts, ...rest] = strings.stages.noCandidates.steps(
    view.counts.prompts,
    view.n,
    view.selection.k,
    view.generator,
  )
  return html`<ol class="steps">
    <li class="reached">${icons.check}<span>${prompts}</span></li>
    ${rest.map((text) => html`<li>${icons.open}<span>${text}</span></li>`)}
  </ol>`
}

/** Below this a share says nothing. */
const PAIRS_FOR_LENGTH = 20

function done(view: CurationView, actions: Actions): TemplateResult {
  const words = strings.stages
  const { annotated, pairs, longerChosen } = view.counts
  const trainable = canTrain(view)
  return screen(
    words.done.title,
    html`<p>${words.done.body(annotated, pairs, view.output)}</p>
      ${pairs < PAIRS_FOR_LENGTH ? nothing : html`<p>${words.done.longer(longerChosen, pairs)}</p>`}
      <p>${pairs < 2 ? words.noPairs.next : words.done.next}</p>`,
    html`
      ${trainable ? button({ label: strings.actions.train, kind: 'primary', press: () => actions.act('train') }) : nothing}
      ${button({ label: strings.actions.export, press: () => actions.act('export') })}
      ${reviewButton(actions)}
    `,
  )
}

function reviewButton(actions: Actions): TemplateResult {
  return button({ label: strings.actions.reviewLabels, press: () => actions.goTo(0) })
}
