// The figures of a run: curves, one chart for all figures of a title, and the same as a table.
import { html, nothing, type TemplateResult } from 'lit'
import type { Figure, RunPoint, RunView } from '../../src/shared/runProtocol'
import type { Curve } from '../chart'
import '../chart'
import { decimal } from '../numbers'
import { strings } from '../strings'

/** Rows of the table of values; longer runs are thinned evenly. */
const MAX_ROWS = 100
/** Of the first, second, … curve of a chart: variables of the theme without the leading dashes. */
const COLOURS = ['vscode-charts-blue', 'vscode-charts-green', 'vscode-charts-purple'] as const

export function runFigures({ figures, points }: RunView): TemplateResult {
  const recorded = figures.filter(({ id }) => points.some((point) => id in point.figures))
  const titles = new Set(recorded.flatMap(({ chart }) => chart ?? []))
  return html`
    <div class="curves">
      ${[...titles].map((title) =>
        chartOf(
          title,
          recorded.filter(({ chart }) => chart === title),
          points,
        ),
      )}
    </div>
    ${table(recorded, points)}
  `
}

function chartOf(title: string, figures: readonly Figure[], points: readonly RunPoint[]): unknown {
  const curves = figures.map((figure, index) => curveOf(figure, index, points))
  const drawn = curves.filter((curve) => curve.points.length > 0)
  if (drawn.length === 0) return nothing
  return html`<figure class="curve">
    <figcaption>
      <span>${title}</span>
      <span class="names">${drawn.map((curve) => latest(curve, curves.length > 1))}</span>
    </figcaption>
    <aepo-chart role="img" aria-label=${drawn.map(summary).join(' ')} .curves=${drawn}></aepo-chart>
  </figure>`
}

function curveOf({ id, label }: Figure, index: number, points: readonly RunPoint[]): Curve {
  return {
    label,
    colour: COLOURS[index % COLOURS.length] ?? COLOURS[0],
    points: points.flatMap(({ step, figures }) => {
      const value = figures[id]
      return value === undefined || value === null ? [] : [{ step, value }]
    }),
  }
}

function latest({ label, colour, points }: Curve, isNamed: boolean): unknown {
  const last = points.at(-1)
  if (!last) return nothing
  const said = strings.runs.atStep(last.value, last.step)
  // a style of its own would not pass the page's content policy
  const swatch = html`<span class="swatch ${colour}"></span>`
  return html`<span class="latest">${isNamed ? html`${swatch}${label} ${said}` : said}</span>`
}

function summary({ label, points }: Curve): string {
  const first = points[0]
  const last = points.at(-1)
  return first && last ? strings.runs.summary(label, first.value, last.value, last.step) : ''
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
