// The figures of a run: curves, one chart for all figures of a title, and the same as a table.
import { html, nothing, type TemplateResult } from 'lit'
import { chartsOf, type CurveChart } from '../../src/core/training/charts/curves'
import type { Figure, RunPoint, RunView } from '../../src/shared/runProtocol'
import type { ChartChoice } from '../charts'
import { decimal } from '../numbers'
import { strings } from '../strings'
import type { Actions } from './actions'
import { runChart } from './runChart'

/** Rows of the table of values; longer runs are thinned evenly. */
const MAX_ROWS = 100

export function runFigures(
  { figures, points }: RunView,
  choice: ChartChoice,
  actions: Actions,
): TemplateResult {
  const recorded = figures.filter(({ id }) => points.some((point) => id in point.figures))
  const charts = chartsOf(recorded, points)
  const isShown = ({ title, curves }: CurveChart): boolean =>
    choice.shown[title] ?? curves.every(({ id }) => !isFolded(recorded, id))
  return html`
    ${charts.length > 1 ? chooser(charts, isShown, actions) : nothing}
    <div class="curves">${charts.filter(isShown).map((chart) => runChart(chart))}</div>
    ${table(recorded, points)}
  `
}

const isFolded = (figures: readonly Figure[], id: string): boolean =>
  figures.some((figure) => figure.id === id && figure.isFolded === true)

/** A button for each chart, pressed while the chart is shown. */
function chooser(
  charts: readonly CurveChart[],
  isShown: (chart: CurveChart) => boolean,
  actions: Actions,
): TemplateResult {
  return html`<div class="chips" role="group" aria-label=${strings.runs.charts}>
    ${charts.map((chart) => {
      const shown = isShown(chart)
      const change = (): void => actions.chooseCharts({ chart: chart.title, shown: !shown })
      return html`<button class="filter" aria-pressed=${shown} @click=${change}>
        ${chart.title}
      </button>`
    })}
  </div>`
}

function table(figures: readonly Figure[], points: readonly RunPoint[]): TemplateResult {
  const words = strings.runs
  return html`<details class="values">
    <summary>${words.values}</summary>
    <div class="scroller" tabindex="0" role="region" aria-label=${words.values}>
      <table>
        <thead>
          <tr>
            <th scope="col">${words.columnStep}</th>
            ${figures.map(({ label }) => html`<th scope="col">${label}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${thinned(points).map(
            ({ step, figures: values }) =>
              html`<tr>
                <td>${step}</td>
                ${figures.map(({ id }) => html`<td>${cell(values[id])}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`
}

/** Evenly, but for the points with figures that few points have: those of held-out rows. */
function thinned(points: readonly RunPoint[]): RunPoint[] {
  const every = Math.ceil(points.length / MAX_ROWS)
  const times = new Map<string, number>()
  for (const { figures } of points)
    for (const id of Object.keys(figures)) times.set(id, (times.get(id) ?? 0) + 1)
  const isRare = (id: string): boolean => (times.get(id) ?? 0) * 2 < points.length
  return points.filter(
    ({ figures }, index) =>
      index % every === 0 || index === points.length - 1 || Object.keys(figures).some(isRare),
  )
}

const cell = (value: number | null | undefined): string =>
  value === undefined || value === null ? strings.runs.missing : decimal(value)
