// Curves over training steps, in the colours of the theme; drawn again when the theme changes.
import { LitElement, type PropertyValues } from 'lit'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Curve, CurvePoint } from '../src/core/training/charts/curves'
import { roundScale } from '../src/core/training/charts/ticks'
import { decimal } from './numbers'
import { strings } from './strings'

/** A curve of the chart. */
interface DrawnCurve extends Curve {
  /** CSS variable without the leading dashes. */
  colour: string
}

const HEIGHT = 160
/** Curves with fewer points than this show each of them. */
const FEW_POINTS = 25
/** Pixels of a character of the axes, and around their text. */
const AXIS = { character: 6.6, padding: 14 }

export class RunChart extends LitElement {
  static override properties = { curves: { attribute: false } }
  declare curves: readonly DrawnCurve[]

  private plot: uPlot | null = null
  private readonly readout = document.createElement('div')
  private readonly resizes = new ResizeObserver(() =>
    this.plot?.setSize({ width: this.clientWidth, height: HEIGHT }),
  )
  private readonly themes = new MutationObserver(() => this.replot())

  constructor() {
    super()
    this.curves = []
    this.readout.className = 'readout'
    this.readout.ariaHidden = 'true'
    this.readout.hidden = true
  }

  /** In the page itself: the chart's style sheet is the editor's. */
  protected override createRenderRoot(): HTMLElement {
    return this
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.resizes.observe(this)
    this.themes.observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id'] })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.resizes.disconnect()
    this.themes.disconnect()
    this.plot?.destroy()
    this.plot = null
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.plot && looks(changed.get('curves')) === looks(this.curves))
      this.plot.setData(this.data())
    else this.replot()
  }

  private replot(): void {
    this.plot?.destroy()
    this.plot = new uPlot(this.options(), this.data(), this)
    this.append(this.readout)
  }

  /** Says the values at the step under the pointer. */
  private readOut({ cursor, data }: uPlot): void {
    const index = cursor.idx
    const step = typeof index === 'number' && (cursor.left ?? -1) >= 0 ? data[0][index] : undefined
    this.readout.hidden = step === undefined
    if (step === undefined) return
    const values = this.curves.flatMap(({ label, points }) => {
      const found = points.findLast((point) => point.step <= step)
      return found ? [`${label} ${decimal(found.value)}`] : []
    })
    this.readout.textContent = [strings.runs.step(step, null), ...values].join('  ·  ')
  }

  private data(): uPlot.AlignedData {
    const steps = [...new Set(this.curves.flatMap(({ points }) => points.map(({ step }) => step)))]
    steps.sort((a, b) => a - b)
    return [steps, ...this.curves.map(({ points }) => valuesAt(steps, points))]
  }

  private options(): uPlot.Options {
    const style = getComputedStyle(this)
    const variable = (name: string): string => style.getPropertyValue(`--${name}`).trim()
    const text = variable('vscode-descriptionForeground')
    const axis: uPlot.Axis = {
      stroke: text,
      font: `11px ${style.fontFamily}`,
      grid: { stroke: variable('chart-grid'), width: 1 },
      ticks: { show: false },
    }
    return {
      width: this.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: { x: { time: false }, y: { range: (_, least, most) => rangeOf(least, most) } },
      hooks: { setCursor: [(plot) => this.readOut(plot)] },
      axes: [
        {
          ...axis,
          size: 24,
          gap: 4,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
        },
        {
          ...axis,
          gap: 4,
          values: (_, ticks) => ticks.map(decimal),
          size: (_, texts: string[] | null) =>
            AXIS.padding +
            AXIS.character * Math.max(3, ...(texts ?? []).map(({ length }) => length)),
        },
      ],
      series: [
        {},
        ...this.curves.map(({ colour, points }) => ({
          stroke: variable(colour),
          width: 1.5,
          spanGaps: true,
          points: { show: points.length < FEW_POINTS, size: 5, fill: variable(colour) },
        })),
      ],
    }
  }
}

/** Of an axis. Around a single value uPlot's own reaches to 100. */
function rangeOf(least: number, most: number): uPlot.Range.MinMax {
  if (!Number.isFinite(least)) return [0, 1] // no value yet
  if (least !== most) return uPlot.rangeNum(least, most, 0.1, true)
  const { low, high } = roundScale(least, most, 3)
  return [low, high]
}

/** What makes a new plot necessary. */
const looks = (curves: readonly DrawnCurve[] | undefined): string =>
  JSON.stringify(
    curves?.map(({ label, colour, points }) => [label, colour, points.length < FEW_POINTS]),
  )

/** null at the steps that a curve has no value for. */
function valuesAt(steps: readonly number[], points: readonly CurvePoint[]): (number | null)[] {
  const byStep = new Map(points.map(({ step, value }) => [step, value]))
  return steps.map((step) => byStep.get(step) ?? null)
}

customElements.define('aepo-chart', RunChart)
