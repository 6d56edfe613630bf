// Charts of training runs as SVG pictures, dark on light. They are made without a browser, and the
// same curves give the same bytes.
import type { Curve, CurveChart } from './curves'
import { roundScale, type Scale } from './ticks'

const WIDTH = 640
const HEIGHT = 260
/** Room around the curves. */
const MARGIN = { left: 64, right: 20, top: 58, bottom: 40 }
const PLOT = {
  width: WIDTH - MARGIN.left - MARGIN.right,
  height: HEIGHT - MARGIN.top - MARGIN.bottom,
}
/** Colours that readers with colour blindness tell apart, each with a contrast of 4.5 on white. */
const COLOURS = ['#0b65c2', '#b8460e', '#12784a', '#7b3fb5', '#8a6100', '#4d5763'] as const
/** Curves with fewer points than this show each of them. */
const FEW_POINTS = 40
/** Average width of a character, as a share of the font size. */
const CHARACTER = 0.56
const FONT = { title: 15, text: 12 }
const INK = { title: '#1b1f24', text: '#4a525c', grid: '#e3e6ea', axis: '#9aa3ad' }

/** One chart. @param stepLabel the title of the horizontal axis. */
export const chartSvg = (chart: CurveChart, stepLabel: string): string =>
  document(HEIGHT, drawn(chart, stepLabel))

/** Several charts, one below the other. */
export const chartSheetSvg = (charts: readonly CurveChart[], stepLabel: string): string =>
  document(
    Math.max(1, charts.length) * HEIGHT,
    charts
      .map(
        (chart, index) =>
          `<g transform="translate(0 ${index * HEIGHT})">\n${drawn(chart, stepLabel)}</g>\n`,
      )
      .join(''),
  )

const document = (height: number, content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif" font-size="${FONT.text}">\n` +
  `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>\n${content}</svg>\n`

/** Where values are drawn. */
interface Axes {
  x: (step: number) => string
  y: (value: number) => string
  steps: Scale
  values: Scale
}

function drawn({ title, curves }: CurveChart, stepLabel: string): string {
  const axes = axesOf(curves)
  return [
    `<title>${escaped(title)}</title>`,
    `<text x="${MARGIN.left}" y="24" font-size="${FONT.title}" font-weight="600" fill="${INK.title}">${escaped(title)}</text>`,
    ...legend(curves),
    ...grid(axes),
    `<text x="${MARGIN.left + PLOT.width / 2}" y="${HEIGHT - 6}" text-anchor="middle" fill="${INK.text}">${escaped(stepLabel)}</text>`,
    ...curves.flatMap((curve, index) => line(curve, colourOf(index), axes)),
    '',
  ].join('\n')
}

function axesOf(curves: readonly Curve[]): Axes {
  const points = curves.flatMap((curve) => curve.points)
  const [steps, values] = [points.map(({ step }) => step), points.map(({ value }) => value)]
  const x = roundScale(least(steps), most(steps), 8, 1)
  const y = roundScale(least(values), most(values), 5)
  return {
    steps: x,
    values: y,
    x: (step) => coordinate(MARGIN.left + (PLOT.width * (step - x.low)) / (x.high - x.low)),
    y: (value) => coordinate(MARGIN.top + (PLOT.height * (y.high - value)) / (y.high - y.low)),
  }
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b))
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b))
const coordinate = (value: number): string => String(Number(value.toFixed(1)))
const colourOf = (index: number): string => COLOURS[index % COLOURS.length] ?? COLOURS[0]

/** The names of the curves, left to right below the title. */
function legend(curves: readonly Curve[]): string[] {
  if (curves.length < 2) return []
  let left: number = MARGIN.left
  return curves.map(({ label }, index) => {
    const at = left
    left += 26 + label.length * FONT.text * CHARACTER + 14
    return (
      `<line x1="${coordinate(at)}" x2="${coordinate(at + 18)}" y1="40" y2="40" stroke="${colourOf(index)}" stroke-width="2.5"/>` +
      `<text x="${coordinate(at + 24)}" y="44" fill="${INK.text}">${escaped(label)}</text>`
    )
  })
}

function grid({ x, y, steps, values }: Axes): string[] {
  const [left, right] = [MARGIN.left, MARGIN.left + PLOT.width]
  const bottom = MARGIN.top + PLOT.height
  return [
    ...values.ticks.map(
      (value) =>
        `<line x1="${left}" x2="${right}" y1="${y(value)}" y2="${y(value)}" stroke="${INK.grid}"/>` +
        `<text x="${left - 8}" y="${y(value)}" dy="4" text-anchor="end" fill="${INK.text}">${tick(value, values)}</text>`,
    ),
    `<line x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}" stroke="${INK.axis}"/>`,
    ...steps.ticks.map(
      (step) =>
        `<text x="${x(step)}" y="${bottom + 16}" text-anchor="middle" fill="${INK.text}">${step}</text>`,
    ),
  ]
}

/** More digits than these are written as a power of ten. */
const MOST_DIGITS = 4
/** Values from here on, too. */
const LARGE = 1e6

function tick(value: number, { digits, high, low }: Scale): string {
  if (value === 0) return '0'
  const isLarge = Math.max(Math.abs(high), Math.abs(low)) >= LARGE
  const text =
    digits > MOST_DIGITS || isLarge
      ? value.toExponential(1).replace('.0e', 'e')
      : value.toFixed(digits)
  return text.replace(/^-/, '−')
}

function line({ points }: Curve, colour: string, { x, y }: Axes): string[] {
  const path = points.map(({ step, value }) => `${x(step)},${y(value)}`).join(' ')
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"/>`,
    ...(points.length < FEW_POINTS
      ? points.map(
          ({ step, value }) =>
            `<circle cx="${x(step)}" cy="${y(value)}" r="2.5" fill="${colour}"/>`,
        )
      : []),
  ]
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
