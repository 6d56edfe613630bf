// Curves over training steps, in the colours of the theme; drawn again when the theme changes.
import { LitElement, type PropertyValues } from 'lit'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

interface ChartPoint {
  step: number
  value: number
}

export interface Curve {
  label: string
  /** CSS variable without the leading dashes. */
  colour: string
  /** Ascending by step. */
  points: readonly ChartPoint[]
}

const HEIGHT = 160

export class RunChart extends LitElement {
  static override properties = { curves: { attribute: false } }
  declare curves: readonly Curve[]

  private plot: uPlot | null = null
  private readonly resizes = new ResizeObserver(() =>
    this.plot?.setSize({ width: this.clientWidth, height: HEIGHT }),
  )
  private readonly themes = new MutationObserver(() => this.replot())

  constructor() {
    super()
    this.curves = []
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
      scales: { x: { time: false } },
      axes: [
        {
          ...axis,
          size: 24,
          gap: 4,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
        },
        { ...axis, size: 40, gap: 4 },
      ],
      series: [
        {},
        ...this.curves.map(({ colour, points }) => ({
          stroke: variable(colour),
          width: 1.5,
          spanGaps: true,
          points: { show: points.length < 2 },
        })),
      ],
    }
  }
}

/** What makes a new plot necessary. */
const looks = (curves: readonly Curve[] | undefined): string =>
  JSON.stringify(curves?.map(({ label, colour, points }) => [label, colour, points.length < 2]))

/** null at the steps that a curve has no value for. */
function valuesAt(steps: readonly number[], points: readonly ChartPoint[]): (number | null)[] {
  const byStep = new Map(points.map(({ step, value }) => [step, value]))
  return steps.map((step) => byStep.get(step) ?? null)
}

customElements.define('aepo-chart', RunChart)
