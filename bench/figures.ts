// Makes the tables of RESULTS.md and the chart from bench/results/*.json. No figure is typed by
// hand.
import { figure, type Row } from './report'

/** The stored result of `npm run bench -- NAME --save`. */
export interface Result {
  bench: string
  rows: Row[]
  /** The options of the command line, without the path of the data. */
  arguments: string[]
  /** Whether --data was given, that is, real prompts and judged responses. */
  realData: boolean
  date: string
  machine: string
  versions: Record<string, string>
}

const cell = (value: number, unit: string): string =>
  unit === '' || unit.startsWith('(') ? figure(value) : `${figure(value)} ${unit}`
const memory = (megabytes: number | null): string =>
  megabytes === null ? '' : `${megabytes.toFixed(0)} MB`

/** A Markdown table, and a line with the command, date, machine and versions. */
export function tableOf({
  bench,
  rows,
  arguments: given,
  realData,
  date,
  machine,
  versions,
}: Result): string {
  const command = [
    'npm run bench --',
    bench,
    ...given,
    ...(realData ? ['--data FOLDER'] : []),
  ].join(' ')
  return [
    '| measure | peer | ours | theirs | ratio (minimum to maximum) | goal | runs | peak memory, ours / theirs |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map(
      ({
        name,
        peerName,
        unit,
        ours,
        peer,
        ratio,
        low,
        high,
        goal,
        runs,
        oursMegabytes,
        peerMegabytes,
        note,
      }) =>
        `| ${[
          note === undefined ? name : `${name} (${note})`,
          peerName,
          cell(ours, unit),
          cell(peer, unit),
          `${figure(ratio)} (${figure(low)} to ${figure(high)})`,
          goal === null ? '' : figure(goal),
          String(runs),
          [memory(oursMegabytes), memory(peerMegabytes)].filter(Boolean).join(' / '),
        ].join(' | ')} |`,
    ),
    '',
    `\`${command}\`, ${date}; ${machine}; ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
  ].join('\n')
}

const NOT_YET = 'No figures are kept yet.'

/**
 * Replaces the text between `<!-- NAME -->` and `<!-- end -->` by the tables of that bench, one for
 * each machine.
 * @param results of a bench the newest first.
 */
export function withTables(markdown: string, results: readonly Result[]): string {
  return markdown.replace(
    /(<!-- (?!end)([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, opening: string, name: string, closing: string) => {
      const tables = results.filter(({ bench }) => bench === name).map(tableOf)
      return `${opening}\n${tables.length > 0 ? tables.join('\n\n') : NOT_YET}\n\n${closing}`
    },
  )
}

const WIDTH = 960
const LABELS = 520
const RIGHT = 130
const ROW = 24
const TOP = 44
/** Decades of the ratio that the chart spans. */
const [FROM, TO] = [0.1, 1000]

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const round = (value: number): string => value.toFixed(1)

/** The x coordinate of a ratio. */
function xOf(ratio: number): number {
  const share = Math.log(Math.min(Math.max(ratio, FROM), TO) / FROM) / Math.log(TO / FROM)
  return LABELS + share * (WIDTH - LABELS - RIGHT)
}

/**
 * A bar chart of the ratios with a goal, of the newest result of each bench: bars from 1 on a
 * logarithmic scale, the spread as a line, the goal as a tick. Readable on light and dark
 * backgrounds.
 */
export function chartOf(results: readonly Result[]): string {
  const newest = new Map(results.toReversed().map((result) => [result.bench, result]))
  const rows = results
    .filter((result) => newest.get(result.bench) === result)
    .flatMap(({ rows: all }) => all.filter(({ goal }) => goal !== null))
  const height = TOP + rows.length * ROW + 12
  const lines = [0.1, 1, 10, 100, 1000].map((ratio) => {
    const x = round(xOf(ratio))
    return `<line class="${ratio === 1 ? 'one' : 'grid'}" x1="${x}" x2="${x}" y1="${TOP - 8}" y2="${height - 8}"/><text x="${x}" y="${TOP - 14}" text-anchor="middle">${ratio}</text>`
  })
  const bars = rows.map(({ name, peerName, ratio, low, high, goal }, i) => {
    const middle = TOP + i * ROW + ROW / 2
    const [from, to] = [xOf(1), xOf(ratio)].sort((a, b) => a - b) as [number, number]
    const aim = round(xOf(goal ?? 1))
    return [
      `<text x="${LABELS - 10}" y="${middle + 4}" text-anchor="end">${escaped(`${name} / ${peerName}`)}</text>`,
      `<rect class="${ratio >= (goal ?? 1) ? 'met' : 'missed'}" x="${round(from)}" y="${middle - 7}" width="${round(Math.max(to - from, 1))}" height="14"/>`,
      `<line class="spread" x1="${round(xOf(low))}" x2="${round(xOf(high))}" y1="${middle}" y2="${middle}"/>`,
      `<line class="goal" x1="${aim}" x2="${aim}" y1="${middle - 10}" y2="${middle + 10}"/>`,
      `<text x="${WIDTH - RIGHT + 8}" y="${middle + 4}">${escaped(`${figure(ratio)} (goal ${figure(goal ?? 1)})`)}</text>`,
    ].join('')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Ratios of the benches, ours to each peer">
<style>
text { font: 12px system-ui, sans-serif; fill: #6e7781 }
.grid { stroke: #8b949e; stroke-opacity: .35 } .one { stroke: #8b949e } .spread { stroke: #59636e; stroke-width: 2 } .goal { stroke: #bf8700; stroke-width: 2 }
.met { fill: #2da44e } .missed { fill: #cf4a3c }
@media (prefers-color-scheme: dark) { text { fill: #b1bac4 } .spread { stroke: #d1d9e0 } }
</style>
<text x="${LABELS - 10}" y="16" text-anchor="end">ratio to the peer, ours better to the right; the tick is the goal</text>
${[...lines, ...bars].join('\n')}
</svg>
`
}
