// Training runs: the state of each, curves of loss and reward margin as they come, and the same as
// a table.
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { EditorState, RunPoint, RunView } from '../../src/shared/editorProtocol'
import type { ChartPoint } from '../chart'
import '../chart'
import { generalCommandFor } from '../keys'
import { count, decimal } from '../numbers'
import { canTrain, isUnderWay, PAIRS_FOR_TRAINING } from '../stage'
import { strings } from '../strings'
import { badge, button } from '../toolkit'
import type { Actions } from './actions'
import { failureNotice } from './notices'
import { progressBar } from './progressBar'
import type { View } from './view'

/** Rows of the table of values; longer runs are thinned evenly. */
const MAX_ROWS = 100

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
  draw: (host, _state, actions) => runList(host, actions),
}

function runList(host: EditorState, actions: Actions): TemplateResult {
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
    ${repeat(
      host.runs.toReversed(),
      ({ id }) => id,
      (run) => runCard(run, canResume(host, run), actions),
    )}
  `
}

const canResume = ({ trusted, runs }: EditorState, run: RunView): boolean =>
  run.resumable && trusted && !runs.some(isUnderWay)

function runCard(run: RunView, offersResume: boolean, actions: Actions): TemplateResult {
  const words = strings.runs
  const underWay = isUnderWay(run)
  return html`<article class="run" aria-labelledby="run-${run.id}">
    <header class="run-head">
      <span class="dot ${run.state}" aria-hidden="true"></span>
      <h3 id="run-${run.id}">${words.name(run.method, run.model)}</h3>
      <span class="run-state">${words.states[run.state]}</span>
      <span class="aside">${words.step(run.step, run.totalSteps)}</span>
      ${run.secondsLeft === null || !underWay ? nothing : html`<span class="aside">${strings.activity.left(run.secondsLeft)}</span>`}
      ${run.rows === null ? nothing : html`<span class="aside">${words.rows(run.rows)}</span>`}
      ${run.startedAt === null ? html`<span class="run-id">${run.id}</span>` : html`<time class="run-start" datetime=${run.startedAt} title=${run.id}>${words.startedAt(run.startedAt)}</time>`}
      ${underWay ? button({ label: words.stop, press: () => actions.act('stopTraining') }) : nothing}
      ${offersResume ? button({ label: words.resume, press: () => actions.act({ resumeRun: run.id }) }) : nothing}
    </header>
    ${underWay && run.totalSteps !== null ? progressBar(strings.activity.progress, run.step, run.totalSteps) : nothing}
    ${run.failure ? failureNotice(run.failure, [button({ label: words.openLog, press: () => actions.act({ openRunLog: run.id }) })]) : nothing}
    ${run.points.length === 0 ? (underWay ? html`<p class="aside">${words.noPoints}</p>` : nothing) : curves(run.points)}
  </article>`
}

function curves(points: RunPoint[]): TemplateResult {
  const words = strings.runs
  return html`
    <div class="curves">
      ${curve(words.loss, 'vscode-charts-blue', valuesOf(points, 'loss'))}
      ${curve(words.rewardMargin, 'vscode-charts-green', valuesOf(points, 'rewardMargin'))}
    </div>
    <details class="values">
      <summary>${words.values}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">${words.columnStep}</th>
            <th scope="col">${words.loss}</th>
            <th scope="col">${words.rewardMargin}</th>
          </tr>
        </thead>
        <tbody>
          ${thinned(points).map(
            ({ step, loss, rewardMargin }) =>
              html`<tr>
                <td>${step}</td>
                <td>${cell(loss)}</td>
                <td>${cell(rewardMargin)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>
  `
}

function curve(name: string, colour: string, points: ChartPoint[]): unknown {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return nothing
  return html`<figure class="curve">
    <figcaption>
      <span>${name}</span><span class="latest">${strings.runs.atStep(last.value, last.step)}</span>
    </figcaption>
    <aepo-chart
      role="img"
      aria-label=${strings.runs.summary(name, first.value, last.value, last.step)}
      .points=${points}
      colour=${colour}
    ></aepo-chart>
  </figure>`
}

function valuesOf(points: RunPoint[], key: 'loss' | 'rewardMargin'): ChartPoint[] {
  return points.flatMap(({ step, [key]: value }) => (value === null ? [] : [{ step, value }]))
}

function thinned(points: RunPoint[]): RunPoint[] {
  const every = Math.ceil(points.length / MAX_ROWS)
  return points.filter((_, index) => index % every === 0 || index === points.length - 1)
}

function cell(value: number | null): string {
  return value === null ? strings.runs.missing : decimal(value)
}
