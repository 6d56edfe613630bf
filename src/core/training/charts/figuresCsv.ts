// The figures of a run as CSV: a line for each recorded step.
import type { Figure, RunPoint } from '../../../shared/runProtocol'

/**
 * The head names the figures by their ids in `metrics.jsonl`. A cell is empty where a step has no
 * value, and `NaN` where the value was not finite.
 */
export function figuresCsv(figures: readonly Figure[], points: readonly RunPoint[]): string {
  const ids = figures
    .map(({ id }) => id)
    .filter((id) => points.some((point) => id in point.figures))
  const lines = points.map(({ step, figures: values }) => [
    String(step),
    ...ids.map((id) => cell(values[id])),
  ])
  return [['step', ...ids], ...lines].map((cells) => `${cells.join(',')}\n`).join('')
}

const cell = (value: number | null | undefined): string =>
  value === undefined ? '' : value === null ? 'NaN' : String(value)
