// One curve over training steps, in the colours of the theme; drawn anew when the theme changes.
import { LitElement, type PropertyValues } from 'lit'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

export interface ChartPoint {
  step: number
  value: number
}

const HEIGHT = 160

export class RunChart extends LitElement {
  static override properties = { points: { attribute: false }, colour: {} }
  declare points: ChartPoint[]
  /** CSS variable of the curve's colour, without the leading dashes. */
  declare colour: string

  private plot: uPlot | null = null
  private readonly resizes = new ResizeObserver(() =>
    this.plot?.setSize({ width: this.clientWidth, height: HEIGHT }),
  )
  private readonly themes = new MutationObserver(() => this.replot())

  constructor() {
    super()
    this.points = []
    this.colour = ''
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

  protected override updated(changed: PropertyValues): void {
    if (this.plot && !changed.has('colour')) this.plot.setData(this.data())
    else this.replot()
  }

  private replot(): void {
    this.plot?.destroy()
    this.plot = new uPlot(this.options(), this.data(), this)
  }

  private data(): uPlot.AlignedData {
    return [this.points.map(({ step }) => step), this.points.map(({ value }) => value)]
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
        { stroke: variable(this.colour), width: 1.5, points: { show: this.points.length < 2 } },
      ],
    }
  }
}

customElements.define('aepo-chart', RunChart)
