// The figures of a run as charts, as pictures and as CSV.
import { expect, it } from 'vitest'
import { chartSheetSvg, chartSvg } from '../../../src/core/training/charts/chartSvg'
import { chartsOf } from '../../../src/core/training/charts/curves'
import { figuresCsv } from '../../../src/core/training/charts/figuresCsv'
import { roundScale } from '../../../src/core/training/charts/ticks'
import type { Figure } from '../../../src/shared/runProtocol'

const FIGURES: Figure[] = [
  { id: 'loss', label: 'Loss', chart: 'Loss', better: 'lower' },
  { id: 'heldOutLoss', label: 'Held-out <loss>', chart: 'Loss', better: 'lower' },
  { id: 'margin', label: 'Margin', chart: 'Margin', better: 'higher' },
  { id: 'rate', label: 'Rate', chart: null, better: null },
]
const POINTS = [
  { step: 0, figures: { heldOutLoss: 0.7 } },
  { step: 1, figures: { loss: 0.693147, rate: 1e-7 } },
  { step: 2, figures: { loss: null, rate: 5e-8 } },
  { step: 4, figures: { loss: 0.25, heldOutLoss: 0.5 } },
]

it('figures of one title share a chart; those without a value or a chart are in none', () => {
  expect(chartsOf(FIGURES, POINTS)).toEqual([
    {
      title: 'Loss',
      curves: [
        {
          id: 'loss',
          label: 'Loss',
          points: [
            { step: 1, value: 0.693147 },
            { step: 4, value: 0.25 },
          ],
        },
        {
          id: 'heldOutLoss',
          label: 'Held-out <loss>',
          points: [
            { step: 0, value: 0.7 },
            { step: 4, value: 0.5 },
          ],
        },
      ],
    },
  ])
})

it('a CSV has a line for each step, empty where nothing was recorded, NaN for what is not finite', () => {
  expect(figuresCsv(FIGURES, POINTS)).toBe(
    'step,loss,heldOutLoss,rate\n0,,0.7,\n1,0.693147,,1e-7\n2,NaN,,5e-8\n4,0.25,0.5,\n',
  )
})

it('a picture draws each curve within its frame, names it, and escapes its texts', () => {
  const chart = chartsOf(FIGURES, POINTS)[0] ?? expect.unreachable('there is a chart')
  const svg = chartSvg(chart, 'Optimiser step')
  expect(svg.match(/<polyline/g)).toHaveLength(2)
  expect(svg).toContain('Held-out &lt;loss>')
  const coordinates = [...svg.matchAll(/points="([^"]+)"/g)].flatMap(([, points = '']) =>
    points.split(' ').map((point) => point.split(',').map(Number)),
  )
  expect(coordinates).toHaveLength(4)
  for (const [x = -1, y = -1] of coordinates) {
    expect(x).toBeGreaterThanOrEqual(64)
    expect(x).toBeLessThanOrEqual(620)
    expect(y).toBeGreaterThanOrEqual(58)
    expect(y).toBeLessThanOrEqual(220)
  }
  expect(chartSvg(chart, 'Optimiser step')).toBe(svg)
})

it('a sheet holds all charts, one below the other', () => {
  const charts = chartsOf(FIGURES, [...POINTS, { step: 5, figures: { margin: 1 } }])
  const svg = chartSheetSvg(charts, 'Step')
  expect(svg).toMatch(/^<svg [^>]*height="520"/)
  expect(svg).toContain('translate(0 260)')
})

it('ticks are round numbers that cover the range', () => {
  expect(roundScale(0.12, 0.69, 5)).toMatchObject({ low: 0, high: 0.8, digits: 1 })
  expect(roundScale(0, 3, 8, 1).ticks).toEqual([0, 1, 2, 3])
  expect(roundScale(0.5, 0.5, 5).ticks.length).toBeGreaterThan(1)
  expect(roundScale(-2, 5, 5).ticks).toEqual([-2, 0, 2, 4, 6])
  expect(roundScale(1, 1, 8, 1)).toMatchObject({ low: 0, high: 2 })
})
