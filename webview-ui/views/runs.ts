// Training runs: the state of each, what can be done with it, and its figures.
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { EditorState } from '../../src/shared/editorProtocol'
import type { RunView } from '../../src/shared/runProtocol'
import type { ChartChoice } from '../charts'
import { icons } from '../icons'
import { generalCommandFor } from '../keys'
import { count } from '../numbers'
import { canTrain, isUnderWay, PAIRS_FOR_TRAINING } from '../stage'
import { strings } from '../strings'
import { badge, button } from '../toolkit'
import type { Actions } from './actions'
import { failureNotice } from './notices'
import { progressBar } from './progressBar'
import { runFigures } from './runFigures'
import { runRegression } from './runRegression'
import { comparedRuns } from './runsCompared'
import { trainingForm } from './trainingForm'
import type { View } from './view'

export const runsView: View<'runs'> = {
  id: 'runs',
  label: strings.views.runs,
  badge: ({ runs }) =>
    runs.some(isUnderWay)
      ? html`<span class="dot running" role="img" aria-label=${strings.runs.states.running}></span>`
      : runs.length > 0
        ? badge(count(runs.length))
        : nothing,
  command: generalCommandFor,
  draw: (host, { charts }, actions) => runList(host, charts, actions),
}

function runList(host: EditorState, charts: ChartChoice, actions: Actions): TemplateResult {
  const words = strings.runs
  const start = button({
    label: strings.actions.train,
    kind: 'primary',
    disabled: !canTrain(host),
    press: () => actions.act('train'),
  })
  const tooFew =
    (host.counts?.pairs ?? 0) < PAIRS_FOR_TRAINING
      ? html`<p class="aside">${words.tooFew}</p>`
      : nothing
  const cards = runCards(host, charts, actions)
  if (host.training) return html`${trainingForm(host.training, host.runs, actions)} ${cards}`
  if (host.runs.length === 0) {
    return html`<section class="stage" aria-labelledby="stage-title">
      <h2 id="stage-title">${words.none.title}</h2>
      <p>${words.none.body}</p>
      ${tooFew}
      <div class="buttons">${start}</div>
    </section>`
  }
  return html`
    <div class="task-head">
      <h2>${words.title}</h2>
      <div class="buttons">${tooFew}${start}</div>
    </div>
    ${comparedRuns(host.runs.toReversed(), charts, actions)} ${cards}
  `
}

const runCards = (host: EditorState, charts: ChartChoice, actions: Actions): unknown =>
  repeat(
    host.runs.toReversed(),
    ({ id }) => id,
    (run) => runCard(run, host, charts, actions),
  )

const canResume = ({ trusted, runs }: EditorState, run: RunView): boolean =>
  run.resumable && trusted && !runs.some(isUnderWay)

/** A run that changed no weight would sample what its base samples. */
const canGenerate = ({ trusted, activity }: EditorState, run: RunView): boolean =>
  run.state === 'finished' && run.generates && run.warning === null && trusted && activity === null

/** The rounds that sample from the model of a run. */
const generatedBy = ({ rounds }: EditorState, { id }: RunView): number[] =>
  rounds.flatMap(({ run, number }) => (run === id ? number : []))

/** All steps are done, and the figures before and after are not there yet. */
const isComparing = ({ state, step, totalSteps, settings }: RunView): boolean =>
  state === 'running' && step === totalSteps && settings['regression'] === 'true'

function runCard(
  run: RunView,
  host: EditorState,
  charts: ChartChoice,
  actions: Actions,
): TemplateResult {
  const words = strings.runs
  const rounds = generatedBy(host, run)
  const underWay = isUnderWay(run)
  return html`<article class="run" aria-labelledby="run-${run.id}">
    <header class="run-head">
      <span class="dot ${run.warning === null ? run.state : 'warning'}" aria-hidden="true"></span>
      <h3 id="run-${run.id}">${run.title}</h3>
      <span class="run-state"
        >${run.warning === null ? words.states[run.state] : words.warning}</span
      >
      ${run.state === 'unreadable' ? nothing : html`<span class="aside">${words.step(run.step, run.totalSteps)}</span>`}
      ${run.secondsLeft === null || !underWay ? nothing : html`<span class="aside">${strings.activity.left(run.secondsLeft)}</span>`}
      ${isComparing(run) ? html`<span class="aside">${words.comparing}</span>` : nothing}
      ${run.rows === null ? nothing : html`<span class="aside">${words.rows(run.rows, run.heldOutRows)}</span>`}
      ${run.selfAnnotatedRows === 0 ? nothing : html`<span class="aside">${words.selfAnnotated(run.selfAnnotatedRows)}</span>`}
      ${host.rounds.length === 0 ? nothing : html`<span class="aside">${words.inRound(run.round)}</span>`}
      ${rounds.length === 0 ? nothing : html`<span class="aside">${words.generates(rounds)}</span>`}
      <span class="run-origin">
        ${run.startedAt === null ? nothing : html`<time datetime=${run.startedAt}>${words.startedAt(run.startedAt)}</time>`}
        ${run.title === run.id ? nothing : html`<span class="run-id" title=${words.id}>${run.id}</span>`}
      </span>
      <div class="buttons">
        ${underWay ? button({ label: words.pause, disabled: run.state === 'pausing', press: () => actions.act('pauseTraining') }) : nothing}
        ${underWay ? button({ label: words.stop, press: () => actions.act('stopTraining') }) : nothing}
        ${canGenerate(host, run) ? button({ label: words.try, press: () => actions.act({ trying: { do: 'open', run: run.id } }) }) : nothing}
        ${canGenerate(host, run) ? button({ label: words.use, press: () => actions.act({ useRun: run.id }) }) : nothing}
        ${canResume(host, run) ? button({ label: words.resume, press: () => actions.act({ resumeRun: run.id }) }) : nothing}
      </div>
    </header>
    ${underWay && run.totalSteps !== null ? progressBar(strings.activity.progress, run.step, run.totalSteps) : nothing}
    ${run.failure ? failureNotice(run.failure, run.state === 'unreadable' ? [] : [openLog(run, actions)]) : nothing}
    ${run.warning === null ? nothing : warningNotice(run.warning, [openLog(run, actions)])}
    ${run.points.length === 0 ? (underWay ? html`<p class="aside">${words.noPoints}</p>` : nothing) : runFigures(run, charts, actions)}
    ${runRegression(run, actions)}
    ${run.points.length === 0 || run.state === 'unreadable' ? nothing : outputs(run, actions)}
  </article>`
}

const outputs = ({ id }: RunView, actions: Actions): TemplateResult =>
  html`<div class="buttons">
    ${button({ label: strings.runs.report, press: () => actions.act({ openRunReport: id }) })}
    ${button({ label: strings.runs.exportFigures, press: () => actions.act({ exportRunFigures: id }) })}
  </div>`

const openLog = ({ id }: RunView, actions: Actions): TemplateResult =>
  button({ label: strings.runs.openLog, press: () => actions.act({ openRunLog: id }) })

function warningNotice(text: string, buttons: TemplateResult[]): TemplateResult {
  return html`<div class="notice warning" role="note">
    ${icons.warning}
    <div class="notice-text"><p>${text}</p></div>
    <div class="buttons">${buttons}</div>
  </div>`
}
