// Shown while there is no selection to label: the state of the curation and the next step.
import { html, nothing, type TemplateResult } from 'lit'
import type { Counts } from '../../src/shared/curationViews'
import type { CurationSettings, EditorState } from '../../src/shared/editorProtocol'
import { learningSentences } from '../../src/core/labelAnalysis/text'
import type { AnalysisState } from '../analysis'
import { icons } from '../icons'
import { canTrain, nextStep, offersAnother, PAIRS_FOR_TRAINING, type Stage } from '../stage'
import { strings } from '../strings'
import { button, progressRing } from '../toolkit'
import type { Actions } from './actions'
import { command } from './command'

export function stageView(
  host: EditorState,
  stage: Stage,
  analysis: AnalysisState,
  actions: Actions,
): TemplateResult {
  const words = strings.stages
  const { counts, settings } = host
  if (!counts || !settings) {
    return stage === 'blocked'
      ? screen(host, words.blocked.title, html`<p>${words.blocked.body}</p>`)
      : opening()
  }
  switch (stage) {
    case 'labelling':
    case 'opening':
      return opening()
    case 'blocked':
      return screen(host, words.blocked.title, html`<p>${words.blocked.body}</p>`)
    case 'lost':
      return lost(host, actions)
    case 'untrusted':
      return screen(host, words.untrusted.title, html`<p>${words.untrusted.body}</p>`)
    case 'nothingSelected':
      return screen(
        host,
        words.nothingSelected.title,
        steps(counts, settings),
        step(host, stage, actions),
      )
    case 'waiting':
      return screen(
        host,
        words.waiting.title,
        html`<p>${words.waiting.body(settings.n)}</p>`,
        html`${progressRing()} <span class="aside">${host.activity?.sentence}</span>`,
      )
    case 'caughtUp':
      return screen(
        host,
        words.caughtUp.title,
        html`<p>${words.caughtUp.body}</p>`,
        reviewButton(actions),
      )
    case 'selecting':
      return selecting(host, actions)
    case 'paused':
      return screen(
        host,
        words.paused.title,
        html`<p>${words.paused.body(counts.candidates, counts.candidatesWanted)}</p>`,
        html`${step(host, stage, actions)}${reviewButton(actions)}`,
      )
    case 'done':
      return done(counts, settings.output, host, analysis, actions)
  }
}

function lost(host: EditorState, actions: Actions): TemplateResult {
  const words = strings.stages.lost
  const startsAnew = host.trusted && host.file.lost?.startsAnew === true
  return screen(
    host,
    words.title,
    html`<p>${words.body}</p>
      <p>${startsAnew ? words.startsAnew : words.dataSetIsKept}</p>`,
    startsAnew
      ? button({ label: words.generate, press: () => actions.act('generate') })
      : button({ label: strings.header.openOutput, press: () => actions.act('openOutput') }),
  )
}

/** Between two selections of a rule that learns; mostly too short to be seen. */
function selecting(host: EditorState, actions: Actions): TemplateResult {
  const words = strings.stages.selecting
  return host.obstacle
    ? screen(
        host,
        words.failed,
        html`<p>${words.failedBody}</p>`,
        button({
          label: strings.failure.retry,
          kind: 'primary',
          press: () => actions.act('selectAgain'),
        }),
      )
    : screen(
        host,
        words.title,
        html`<p>${words.body}</p>`,
        html`${progressRing()}${reviewButton(actions)}`,
      )
}

/** Which round the screen is about; nothing where there is only one. */
export function roundLine({ rounds }: EditorState): unknown {
  const shown = rounds.find(({ isShown }) => isShown)
  if (!shown) return nothing
  const { number, generator } = shown
  return html`<p class="aside">${strings.header.ofRound(number, rounds.length, generator)}</p>`
}

/** While the curation is being opened. */
export function opening(): TemplateResult {
  return html`<section class="stage">
    ${progressRing()}
    <p>${strings.connecting}</p>
  </section>`
}

function screen(
  host: EditorState,
  title: string,
  body: TemplateResult,
  buttons: TemplateResult | typeof nothing = nothing,
  more: unknown = nothing,
): TemplateResult {
  return html`<section class="stage" aria-labelledby="stage-title">
    <h2 id="stage-title">${title}</h2>
    ${roundLine(host)} ${body}
    <div class="buttons">${buttons}</div>
    ${more}
  </section>`
}

function step(host: EditorState, stage: Stage, actions: Actions): TemplateResult | typeof nothing {
  const next = nextStep(host, stage)
  return next
    ? button({ label: next.label, kind: 'primary', press: () => actions.act(next.action) })
    : nothing
}

/** Imported candidates may all be there already: then the selection is the next step. */
function steps(counts: Counts, { n, selection, generator }: CurationSettings): TemplateResult {
  const { prompts, candidates, candidatesWanted } = counts
  const words = strings.stages.nothingSelected
  const isSampled = candidates >= candidatesWanted
  return html`<ol class="steps">
    ${reached(words.prompts(prompts))}
    ${isSampled ? reached(words.sampled(candidates)) : toDo(words.sample(n, generator))}
    ${toDo(words.label(selection.k))} ${toDo(words.train)}
  </ol>`
}

const reached = (text: string): TemplateResult =>
  html`<li class="reached">${icons.check}<span>${text}</span></li>`

const toDo = (text: string): TemplateResult => html`<li>${icons.open}<span>${text}</span></li>`

/** With fewer pairs the share is not shown. */
const PAIRS_FOR_LENGTH = 20

function done(
  { annotated, pairs, longerChosen, chosenCutOff }: Counts,
  output: string,
  host: EditorState,
  { value }: AnalysisState,
  actions: Actions,
): TemplateResult {
  const words = strings.stages
  const trainable = canTrain(host)
  return screen(
    host,
    words.done.title,
    html`<p>${words.done.body(annotated, pairs, output)}</p>
      ${chosenCutOff === 0 ? nothing : html`<p>${words.done.cutOff(chosenCutOff)}</p>`}
      ${pairs < PAIRS_FOR_LENGTH ? nothing : html`<p>${words.done.longer(longerChosen, pairs)}</p>`}
      ${value?.curve ? html`<p>${learningSentences(value).join(' ')}</p>` : nothing}
      <p>${pairs < PAIRS_FOR_TRAINING ? words.noPairs.next : words.done.next}</p>`,
    html`
      ${trainable ? button({ label: strings.actions.train, kind: 'primary', press: () => actions.act('train') }) : nothing}
      ${button({ label: strings.actions.export, press: () => actions.act('export') })}
      ${reviewButton(actions)}
    `,
    anotherSelection(host, actions),
  )
}

/** The ways to go on labelling without sampling more. */
function anotherSelection(host: EditorState, actions: Actions): unknown {
  const words = strings.stages.another
  const { another, forAllBad } = offersAnother(host, null)
  const k = host.settings?.selection.k ?? 0
  if (another === 0) return nothing
  return html`<section class="another" aria-labelledby="another-title">
    <h3 id="another-title">${words.title}</h3>
    <p>${words.body}</p>
    <div class="buttons">
      ${command('another', actions, { label: words.each(another, k) })}
      ${forAllBad === 0 ? nothing : command('forAllBad', actions, { label: words.allBad(forAllBad) })}
    </div>
  </section>`
}

function reviewButton(actions: Actions): TemplateResult {
  return button({ label: strings.actions.reviewLabels, press: () => actions.show('review') })
}
