// Several runs in a table: the settings in which they differ, and the last value of each figure.
import { html, nothing, type TemplateResult } from 'lit'
import {
  type DifferingSetting,
  differingSettings,
} from '../../src/core/training/settings/differingSettings'
import type { RunView } from '../../src/shared/runProtocol'
import { count, decimal } from '../numbers'
import { strings } from '../strings'
import { swatch } from './runChart'

/** The last value of a figure in each run; null where a run has none. */
interface Column {
  label: string
  values: readonly (number | null)[]
  /** null where all are equal, and where methods differ: their figures have other scales. */
  best: number | null
}

/**
 * @param runs in the order of the rows, with points.
 * @param lines the colour of each run that has a line in the chart, by its id.
 */
export function runTable(
  runs: readonly RunView[],
  lines: ReadonlyMap<string, string>,
): TemplateResult {
  const words = strings.runs.table
  const settings = differingSettings(runs.map((run) => run.settings))
  // Those of single methods may be many: the figures stand before them.
  const shared = settings.filter(({ isShared }) => isShared)
  const others = settings.filter(({ isShared }) => !isShared)
  const columns = columnsOf(runs)
  const heads = [words.rows, words.steps, ...columns.map(({ label }) => label)]
  return html`<div class="scroller" tabindex="0" role="region" aria-label=${words.title}>
    <table>
      <thead>
        <tr>
          <th class="named" scope="col">${words.run}</th>
          ${shared.map(settingHead)} ${heads.map((head) => html`<th scope="col">${head}</th>`)}
          ${others.map(settingHead)}
        </tr>
      </thead>
      <tbody>
        ${runs.map((run, place) => row(run, place, { colour: lines.get(run.id), shared, columns, others }))}
      </tbody>
    </table>
  </div>`
}

interface Shown {
  /** Of its line in the chart. */
  colour: string | undefined
  shared: readonly DifferingSetting[]
  columns: readonly Column[]
  others: readonly DifferingSetting[]
}

const settingHead = ({ key }: DifferingSetting): TemplateResult =>
  html`<th class="setting" scope="col">${key}</th>`

const settingCell =
  (place: number) =>
  ({ values }: DifferingSetting): TemplateResult =>
    html`<td class="setting">${values[place] ?? strings.runs.missing}</td>`

function row(
  { title, startedAt, rows, step }: RunView,
  place: number,
  { colour, shared, columns, others }: Shown,
): TemplateResult {
  return html`<tr>
    <th scope="row">
      ${colour === undefined ? nothing : swatch(colour)}${title}
      ${startedAt === null ? nothing : html`<div class="aside">${strings.runs.startedAt(startedAt)}</div>`}
    </th>
    ${shared.map(settingCell(place))}
    <td>${rows === null ? strings.runs.missing : count(rows)}</td>
    <td>${count(step)}</td>
    ${columns.map(({ values, best }) => cell(values[place] ?? null, best))}
    ${others.map(settingCell(place))}
  </tr>`
}

function cell(value: number | null, best: number | null): TemplateResult {
  if (value === null) return html`<td>${strings.runs.missing}</td>`
  return value === best
    ? html`<td><strong title=${strings.runs.table.best}>${decimal(value)}</strong></td>`
    : html`<td>${decimal(value)}</td>`
}

/** The figures that say how good a run is, each once, as far as they were recorded. */
function columnsOf(runs: readonly RunView[]): Column[] {
  const isOneMethod = new Set(runs.map(({ method }) => method)).size === 1
  const byId = new Map(runs.flatMap(({ figures }) => figures.map((figure) => [figure.id, figure])))
  return [...byId.values()].flatMap(({ id, label, better }) => {
    const values = runs.map((run) => lastValue(run, id))
    const known = values.filter((value) => value !== null)
    if (better === null || known.length === 0) return []
    const isComparable = isOneMethod && new Set(known).size > 1
    const best = better === 'lower' ? Math.min(...known) : Math.max(...known)
    return [{ label, values, best: isComparable ? best : null }]
  })
}

function lastValue({ points }: RunView, id: string): number | null {
  return points.findLast(({ figures }) => typeof figures[id] === 'number')?.figures[id] ?? null
}
