// The figures of a run as charts: one for all figures of a title.
import type { Figure, RunPoint } from '../../../shared/runProtocol'

/** A value at an optimiser step. */
export interface CurvePoint {
  step: number
  value: number
}

export interface Curve {
  /** The id of the figure. */
  id: string
  label: string
  /** Ascending by step; values that are not finite are left out. */
  points: readonly CurvePoint[]
}

export interface CurveChart {
  title: string
  /** At least one, each with at least one point. */
  curves: readonly Curve[]
}

/** The charts of a run in the order of its figures; figures without a value are left out. */
export function chartsOf(
  figures: readonly Figure[],
  points: readonly RunPoint[],
): readonly CurveChart[] {
  const titles = [...new Set(figures.flatMap(({ chart }) => chart ?? []))]
  return titles.flatMap((title) => {
    const curves = figures
      .filter(({ chart }) => chart === title)
      .map((figure) => curveOf(figure, points))
      .filter((curve) => curve.points.length > 0)
    return curves.length === 0 ? [] : [{ title, curves }]
  })
}

/** The values of one figure; points without one are left out. */
export function curveOf(
  { id, label }: Pick<Figure, 'id' | 'label'>,
  points: readonly RunPoint[],
): Curve {
  return {
    id,
    label,
    points: points.flatMap(({ step, figures }) => {
      const value = figures[id]
      return value === undefined || value === null ? [] : [{ step, value }]
    }),
  }
}
