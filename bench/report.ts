// What every bench prints: a line per row, and with --json one JSON object as its last line.

export interface Row {
  name: string
  unit: string
  ours: number
  peer: number
  peerName: string
  /** Above 1: ours is better. Median, least and greatest over the runs. */
  ratio: number
  low: number
  high: number
  /** Greatest resident size of the process, in megabytes. */
  oursMegabytes: number
  peerMegabytes: number
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

/** Figures of paired runs as a row; `ours` and `peer` are medians. */
export function rowOf(about: Pick<Row, 'name' | 'unit' | 'peerName' | 'oursMegabytes' | 'peerMegabytes'>, runs: readonly { ours: number; peer: number }[], better: 'more' | 'less'): Row {
  const ratios = runs.map(({ ours, peer }) => (better === 'more' ? ours / peer : peer / ours))
  return { ...about, ours: median(runs.map(({ ours }) => ours)), peer: median(runs.map(({ peer }) => peer)), ratio: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) }
}

export function print(bench: string, rows: readonly Row[], json: boolean): void {
  for (const { name, unit, ours, peer, peerName, ratio, low, high, oursMegabytes, peerMegabytes } of rows) {
    console.log(`${name}: ours ${ours.toFixed(1)} ${unit} (${oursMegabytes.toFixed(0)} MB), ${peerName} ${peer.toFixed(1)} ${unit} (${peerMegabytes.toFixed(0)} MB): ratio ${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`)
  }
  if (json) console.log(JSON.stringify({ bench, rows }))
}
