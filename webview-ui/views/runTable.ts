// Several runs side by side: the last value of each figure.
import { html, nothing, type TemplateResult } from 'lit'
import type { Figure, RunView } from '../../src/shared/runProtocol'
import { count, decimal } from '../numbers'
import { strings } from '../strings'

/** With one run its card says all. */
const FEWEST = 2

/** @param runs in the order of the rows. */
export function runTable(runs: readonly RunView[]): unknown {
  const compared = runs.filter(({ points }) => points.length > 0)
  if (compared.length < FEWEST) return nothing
  const words = strings.runs.table
  const figures = figuresOf(compared)
  return html`<details class="values" open>
    <summary>${words.title}</summary>
    <div class="scroller" tabindex="0" role="region" aria-label=${words.title}>
      <table>
        <thead>
          <tr>
            <th class="named" scope="col">${words.run}</th>
            ${[words.rows, words.steps, ...figures.map(({ label }) => label)].map((head) => html`<th scope="col">${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${compared.map((run) => row(run, figures, compared))}
        </tbody>
      </table>
    </div>
  </details>`
}

function row(
  run: RunView,
  figures: readonly Figure[],
  compared: readonly RunView[],
): TemplateResult {
  const { title, startedAt, rows, step } = run
  return html`<tr>
    <th scope="row">
      ${title}
      ${startedAt === null ? nothing : html`<div class="aside">${strings.runs.startedAt(startedAt)}</div>`}
    </th>
    <td>${rows === null ? strings.runs.missing : count(rows)}</td>
    <td>${count(step)}</td>
    ${figures.map((figure) => cell(run, figure, compared))}
  </tr>`
}

function cell(run: RunView, figure: Figure, compared: readonly RunView[]): TemplateResult {
  const value = lastValue(run, figure)
  if (value === null) return html`<td>${strings.runs.missing}</td>`
  return value === bestValue(figure, compared)
    ? html`<td><strong title=${strings.runs.table.best}>${decimal(value)}</strong></td>`
    : html`<td>${decimal(value)}</td>`
}

/** Those that say how good a run is, each once, as far as they were recorded. */
function figuresOf(runs: readonly RunView[]): Figure[] {
  const byId = new Map(runs.flatMap(({ figures }) => figures.map((figure) => [figure.id, figure])))
  return [...byId.values()].filter(
    (figure) => figure.better !== null && runs.some((run) => lastValue(run, figure) !== null),
  )
}

function lastValue({ points }: RunView, { id }: Figure): number | null {
  return points.findLast(({ figures }) => typeof figures[id] === 'number')?.figures[id] ?? null
}

/** null where all are equal, and where methods differ: their figures have other scales. */
function bestValue(figure: Figure, runs: readonly RunView[]): number | null {
  if (new Set(runs.map(({ method }) => method)).size > 1) return null
  const values = runs.flatMap((run) => lastValue(run, figure) ?? [])
  if (new Set(values).size === 1) return null
  return figure.better === 'lower' ? Math.min(...values) : Math.max(...values)
}
