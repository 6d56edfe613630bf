// Several runs side by side: one figure of all of them in a chart; in a table the settings in which
// they differ, and their last values.
import { html, nothing, type TemplateResult } from 'lit'
import { curveOf } from '../../src/core/training/charts/curves'
import type { Figure, RunView } from '../../src/shared/runProtocol'
import type { ChartChoice } from '../charts'
import { strings } from '../strings'
import { choiceField } from '../toolkit'
import type { Actions } from './actions'
import { colourOf, MOST_CURVES, runChart, swatch } from './runChart'
import { runTable } from './runTable'

/** With one run its card says all. */
const FEWEST = 2

/** @param runs in the order of the rows. */
export function comparedRuns(
  runs: readonly RunView[],
  choice: ChartChoice,
  actions: Actions,
): unknown {
  const compared = runs.filter(({ points }) => points.length > 0)
  if (compared.length < FEWEST) return nothing
  const figures = comparable(compared)
  const figure = figures.find(({ id }) => id === choice.compared) ?? figures[0]
  const drawn = compared
    .filter((run) => figure && !choice.leftOut.includes(run.id) && has(run, figure))
    .slice(0, MOST_CURVES)
  const lines = new Map(drawn.map(({ id }, index) => [id, colourOf(index)]))
  return html`<details class="values compared" open>
    <summary>${strings.runs.table.title}</summary>
    ${figure ? comparison({ runs: compared, figures, figure, drawn }, actions) : nothing}
    ${runTable(compared, lines)}
  </details>`
}

interface Comparison {
  runs: readonly RunView[]
  figures: readonly Figure[]
  /** The chosen one. */
  figure: Figure
  /** The runs that have a line in the chart, in the order of the colours. */
  drawn: readonly RunView[]
}

function comparison(compared: Comparison, actions: Actions): TemplateResult {
  const { runs, figures, figure, drawn } = compared
  const words = strings.runs.table
  const nameOf = words.names(runs)
  const curves = drawn.map((run) => curveOf({ id: figure.id, label: nameOf(run) }, run.points))
  return html`<div class="compare">
    <div class="compare-head">
      <label for="compared-figure">${words.figure}</label>
      ${choiceField({
        id: 'compared-figure',
        value: figure.id,
        choices: figures.map(({ id, label }) => ({ id, label })),
        changed: (id) => actions.chooseCharts({ compared: id }),
      })}
      ${runs.length > MOST_CURVES ? html`<span class="aside">${words.most(MOST_CURVES)}</span>` : nothing}
    </div>
    ${runChart({ title: figure.label, curves }, names(compared, nameOf, actions))}
  </div>`
}

/** A button for each run, pressed while its curve is drawn. */
const names = (
  { runs, figure, drawn }: Comparison,
  nameOf: (run: RunView) => string,
  actions: Actions,
): unknown =>
  runs
    .filter((run) => has(run, figure))
    .map((run) => {
      const index = drawn.indexOf(run)
      const change = (): void => actions.chooseCharts({ run: run.id, shown: index < 0 })
      return html`<button class="filter" aria-pressed=${index >= 0} @click=${change}>
        ${index < 0 ? nothing : swatch(colourOf(index))} ${nameOf(run)}
      </button>`
    })

/**
 * The figures that at least two runs have, those that compare best first: of held-out rows, and
 * where methods differ the accuracy, since their losses and margins have other scales.
 */
function comparable(runs: readonly RunView[]): Figure[] {
  const byId = new Map(runs.flatMap(({ figures }) => figures.map((figure) => [figure.id, figure])))
  const shared = [...byId.values()].filter(
    (figure) => runs.filter((run) => has(run, figure)).length >= FEWEST,
  )
  const isOneMethod = new Set(runs.map(({ method }) => method)).size === 1
  const rank = ({ id }: Figure): number => {
    if (!isOneMethod && id === 'heldOutAccuracy') return 0
    return id.startsWith('heldOut') ? 1 : 2
  }
  return shared.toSorted((one, other) => rank(one) - rank(other))
}

const has = ({ points }: RunView, { id }: Figure): boolean =>
  points.some(({ figures }) => typeof figures[id] === 'number')
