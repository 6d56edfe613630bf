// Which charts of training runs are shown, and which runs are compared in which figure. They
// persist across reloads.

export interface ChartChoice {
  /** By the title of a chart, where the user chose. */
  shown: Readonly<Record<string, boolean>>
  /** The id of the compared figure; null for the first one that all runs have. */
  compared: string | null
  /** Ids of runs that are left out of the comparison. */
  leftOut: readonly string[]
}

export const INITIAL_CHARTS: ChartChoice = { shown: {}, compared: null, leftOut: [] }

export type ChartChange =
  { chart: string; shown: boolean } | { compared: string } | { run: string; shown: boolean }

export function withChartChange(choice: ChartChoice, change: ChartChange): ChartChoice {
  if ('compared' in change) return { ...choice, compared: change.compared }
  if ('chart' in change)
    return { ...choice, shown: { ...choice.shown, [change.chart]: change.shown } }
  const others = choice.leftOut.filter((id) => id !== change.run)
  return { ...choice, leftOut: change.shown ? others : [...others, change.run] }
}

/** Reads saved state; what has another type is ignored. */
export function readCharts(state: unknown): ChartChoice {
  const { shown, compared, leftOut } = (
    typeof state === 'object' && state !== null ? state : {}
  ) as Partial<Record<keyof ChartChoice, unknown>>
  const flags =
    typeof shown === 'object' && shown !== null
      ? Object.entries(shown).filter(
          (entry): entry is [string, boolean] => typeof entry[1] === 'boolean',
        )
      : []
  return {
    shown: Object.fromEntries(flags),
    compared: typeof compared === 'string' ? compared : null,
    leftOut: Array.isArray(leftOut) ? leftOut.filter((id) => typeof id === 'string') : [],
  }
}
