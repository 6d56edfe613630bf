// What a run changed: each figure at its beginning and at its end.
import type { Figure, RunPoint } from '../../../shared/runProtocol'
import { curveOf } from '../charts/curves'
import { ACCURACY_FIGURES, GRADIENT_FIGURES } from '../methods/figures'

/** A figure of the model before and after. */
export interface FigureChange {
  label: string
  before: number
  after: number
  /** The step of the last value. */
  step: number
  verdict: 'better' | 'worse' | null
}

/**
 * Figures of held-out rows at the first and the last evaluation. Others are means over the first
 * and the last tenth of their values, since each is of one batch. An accuracy is left out where the
 * model of the start prefers nothing.
 */
export function changesOf(figures: readonly Figure[], points: readonly RunPoint[]): FigureChange[] {
  return figures.filter(isOfModel).flatMap((figure) => {
    const values = curveOf(figure, points).points
    const last = values.at(-1)
    if (!last || values.length < 2) return []
    if (isAccuracy(figure) && values[0]?.step === 0 && prefersNothing(points)) return []
    const width = values[0]?.step === 0 ? 1 : Math.max(1, Math.round(values.length / 10))
    const mean = (part: typeof values): number =>
      part.reduce((sum, { value }) => sum + value, 0) / part.length
    const [before, after] = [mean(values.slice(0, width)), mean(values.slice(-width))]
    return [
      {
        label: figure.label,
        before,
        after,
        step: last.step,
        verdict: verdict(figure, before, after),
      },
    ]
  })
}

function verdict({ better }: Figure, before: number, after: number): FigureChange['verdict'] {
  if (better === null || before === after) return null
  return (better === 'higher') === after > before ? 'better' : 'worse'
}

const isAccuracy = ({ id }: Figure): boolean => ACCURACY_FIGURES.some((other) => other.id === id)

/** Whether model and reference are one at the first evaluation: every margin is 0 there. */
const prefersNothing = (points: readonly RunPoint[]): boolean =>
  points.some(({ step, figures }) => step === 0 && figures['heldOutMargin'] === 0)

const isOfModel = ({ id }: Figure): boolean => GRADIENT_FIGURES.every((other) => other.id !== id)
