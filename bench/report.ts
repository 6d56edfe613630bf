// The output of a bench: a line per row, and with --json a JSON object as the last line.

export interface Row {
  name: string
  unit: string
  ours: number
  /** The figure of the peer; without a peer (`peerName` is "the goal" or a limit), the goal. */
  peer: number
  peerName: string
  /** Median, minimum and maximum over the runs; above 1 means that ours is better. */
  ratio: number
  low: number
  high: number
  runs: number
  /** The ratio to reach; null for a row without a goal. */
  goal: number | null
  /**
   * Peak resident size of the process of each side, in megabytes; null if it was not measured or
   * there is no process.
   */
  oursMegabytes: number | null
  peerMegabytes: number | null
  /** Further information, printed after the row. */
  note?: string
}

export const THE_GOAL = 'the goal'

export interface Pair {
  ours: number
  peer: number
}

type About = Pick<Row, 'name' | 'unit' | 'peerName'> &
  Partial<Pick<Row, 'goal' | 'oursMegabytes' | 'peerMegabytes' | 'note'>>

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/**
 * A row from paired runs. `ours`, `peer` and `ratio` are medians; the median of the ratios can
 * differ from the ratio of the medians.
 */
export function rowOf(about: About, pairs: readonly Pair[], better: 'more' | 'less'): Row {
  if (pairs.length === 0) throw new RangeError(`No run was measured for "${about.name}".`)
  const ratios = pairs.map(({ ours, peer }) => (better === 'more' ? ours / peer : peer / ours))
  return {
    goal: null,
    oursMegabytes: null,
    peerMegabytes: null,
    ...about,
    ours: median(pairs.map(({ ours }) => ours)),
    peer: median(pairs.map(({ peer }) => peer)),
    ratio: median(ratios),
    low: Math.min(...ratios),
    high: Math.max(...ratios),
    runs: pairs.length,
  }
}

export function print(bench: string, rows: readonly Row[], json: boolean): void {
  for (const row of rows) {
    const { name, unit, ours, peer, peerName, ratio, low, high, goal } = row
    const aim = goal === null ? '' : `, goal ${figure(goal)}`
    console.log(
      `${name}: ours ${figure(ours)} ${unit}${size(row.oursMegabytes)}, ${peerName} ${figure(peer)} ${unit}${size(row.peerMegabytes)}: ratio ${figure(ratio)} (${figure(low)} to ${figure(high)}${aim})${row.note === undefined ? '' : `; ${row.note}`}`,
    )
  }
  if (json) console.log(JSON.stringify({ bench, rows }))
}

/** Three significant digits, no exponent. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(digits, 6))
}

const size = (megabytes: number | null): string =>
  megabytes === null ? '' : ` (${megabytes.toFixed(0)} MB)`
