// A chart of the Runs view: title, legend with the last values, curves, and a text alternative.
import { html, nothing, type TemplateResult } from 'lit'
import type { Curve } from '../../src/core/training/charts/curves'
import '../chart'
import { strings } from '../strings'

/** Of the first, second, … curve of a chart: variables of the theme without the leading dashes. */
const COLOURS = [
  'vscode-charts-blue',
  'vscode-charts-green',
  'vscode-charts-purple',
  'vscode-charts-yellow',
  'vscode-charts-red',
  'vscode-charts-foreground',
] as const

/** Curves that are told apart by their colours. */
export const MOST_CURVES = COLOURS.length

export const colourOf = (index: number): string => COLOURS[index % COLOURS.length] ?? COLOURS[0]

/** @param names drawn in the place of the legend. */
export function runChart(
  { title, curves }: { title: string; curves: readonly Curve[] },
  names?: unknown,
): TemplateResult {
  const coloured = curves.map((curve, index) => ({ ...curve, colour: colourOf(index) }))
  return html`<figure class="curve">
    <figcaption>
      <span class="curve-title">${title}</span>
      <span class="names"
        >${names ?? coloured.map((curve) => latest(curve, curves.length > 1))}</span
      >
    </figcaption>
    <aepo-chart
      role="img"
      aria-label=${curves.map(summary).join(' ')}
      .curves=${coloured}
    ></aepo-chart>
  </figure>`
}

// a style of its own would not pass the page's content policy
export const swatch = (colour: string): TemplateResult =>
  html`<span class="swatch ${colour}"></span>`

function latest({ label, colour, points }: Curve & { colour: string }, isNamed: boolean): unknown {
  const last = points.at(-1)
  if (!last) return nothing
  const said = strings.runs.atStep(last.value, last.step)
  return html`<span class="latest"
    >${isNamed ? html`${swatch(colour)}${label} ${said}` : said}</span
  >`
}

function summary({ label, points }: Curve): string {
  const first = points[0]
  const last = points.at(-1)
  return first && last ? strings.runs.summary(label, first.value, last.value, last.step) : ''
}
