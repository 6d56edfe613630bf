// What the events of a run add up to.
import { expect, it } from 'vitest'
import { RunHistory } from '../../../src/core/training/history'
import { type Metric, metricSchema } from '../../../src/core/training/metrics'

const figures = (step: number, loss: number, time = step): Metric =>
  metricSchema.parse({ event: 'log', step, totalSteps: 8, time, figures: { loss } })
const start = (step: number, time = step, counts = {}): Metric =>
  metricSchema.parse({ event: 'start', step, totalSteps: 8, time, ...counts })
const evaluation = (step: number, heldOutMargin: number): Metric =>
  metricSchema.parse({ event: 'eval', step, totalSteps: 8, time: step, figures: { heldOutMargin } })

function historyOf(...metrics: Metric[]): RunHistory {
  const history = new RunHistory()
  for (const metric of metrics) history.take(metric)
  return history
}

it('figures of one step are one point, whatever event they came with', () => {
  const history = historyOf(
    start(0, 0, { rows: 12, heldOutRows: 2 }),
    evaluation(0, 0),
    figures(1, 0.69),
    figures(2, 0.6),
    evaluation(2, 0.1),
  )
  expect(history.points).toEqual([
    { step: 0, figures: { heldOutMargin: 0 } },
    { step: 1, figures: { loss: 0.69 } },
    { step: 2, figures: { loss: 0.6, heldOutMargin: 0.1 } },
  ])
  expect(history).toMatchObject({ step: 2, totalSteps: 8, rows: 12, heldOutRows: 2 })
})

it('after a resumption the steps after the checkpoint are gone, and its own is kept', () => {
  const before = historyOf(start(0), figures(1, 0.5), figures(2, 0.4), figures(3, 0.3))
  const shown = before.points
  before.take(start(2))
  expect(before.points.map(({ step }) => step)).toEqual([1, 2])
  expect(before.step).toBe(2)
  before.take(figures(3, 0.35))
  expect(before.points.at(-1)).toEqual({ step: 3, figures: { loss: 0.35 } })
  expect(shown.map(({ figures: { loss } }) => loss)).toEqual([0.5, 0.4, 0.3])
})

it('the time of a step leaves out the time between two sessions', () => {
  const history = historyOf(
    start(0, 100),
    figures(2, 0.5, 104),
    start(2, 5000),
    figures(4, 0.4, 5004),
  )
  expect(history.secondsPerStep).toBe(2)
  expect(history.secondsLeft).toBe(8)
  expect(historyOf(start(0)).secondsPerStep).toBeNull()
})

it('what is done after the last step is no time of a step', () => {
  const end = metricSchema.parse({ event: 'end', step: 8, totalSteps: 8, time: 500, moved: true })
  const history = historyOf(start(0), figures(8, 0.5, 16), end)
  expect(history.secondsPerStep).toBe(2)
  expect(history.trainingSeconds).toBe(16)
})

it('no time is left after the last step, whatever the run does then', () => {
  expect(historyOf(start(0), figures(4, 0.5, 4)).secondsLeft).toBe(4)
  expect(historyOf(start(0), figures(8, 0.5, 8)).secondsLeft).toBeNull()
})

it('a run that did not move the model has a warning, with or without a sentence of the runner', () => {
  const end = (rest: object): Metric =>
    metricSchema.parse({ event: 'end', step: 8, totalSteps: 8, time: 9, ...rest })
  expect(historyOf(start(0), end({ moved: true, warning: null })).warning).toBeNull()
  expect(historyOf(start(0), end({ moved: false })).warning).toMatch(/did not change the model/)
  expect(historyOf(start(0), end({ moved: false, warning: 'Why.' })).warning).toBe('Why.')
})

it('a value that is not finite is told from one that is not there', () => {
  const metric = { event: 'log', step: 1, totalSteps: 8, time: 0, figures: { loss: null } }
  expect(historyOf(metricSchema.parse(metric)).points).toEqual([
    { step: 1, figures: { loss: null } },
  ])
})
