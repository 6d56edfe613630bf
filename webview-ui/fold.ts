// A long text folded in its middle: the instruction often stands at its beginning, the question at
// its end.

export interface Folded {
  head: string
  /** Rows that are hidden between the two. */
  hidden: number
  tail: string
}

export interface Room {
  /** Rows of text that may be shown. */
  rows: number
  /** Characters that fit in a row. */
  columns: number
}

/** Hiding fewer rows is not worth the row that says so. */
const FEWEST_HIDDEN = 3
/** Share of the rows shown that the beginning gets. */
const HEAD_SHARE = 0.6

const FENCE = /^\s*(`{3,}|~{3,})(.*)$/

/** One row of the screen, and whether a line of the text ends with it. */
interface Row {
  text: string
  endsLine: boolean
  /** The opening fence of the code block that the row is in; null outside. */
  fence: string | null
}

/** null where the text fits, or nearly. Code blocks that are cut are closed and opened again. */
export function foldMiddle(text: string, { rows: most, columns }: Room): Folded | null {
  const rows = rowsOf(text, columns)
  const hidden = rows.length - most
  if (hidden < FEWEST_HIDDEN) return null
  const headRows = Math.max(1, Math.round(most * HEAD_SHARE))
  const head = rows.slice(0, headRows)
  const tail = rows.slice(headRows + hidden)
  const headFence = head.at(-1)?.fence ?? null
  const tailFence = tail[0]?.fence ?? null
  return {
    head: joined(head).trimEnd() + (headFence === null ? '' : `\n${closing(headFence)}`),
    hidden,
    tail: (tailFence === null ? '' : `${tailFence}\n`) + joined(tail).replace(/^\n+/, ''),
  }
}

/** Rows that the text takes on the screen. */
export function rowCount(text: string, columns: number): number {
  return rowsOf(text, columns).length
}

function rowsOf(text: string, columns: number): Row[] {
  let fence: string | null = null
  return text.split('\n').flatMap((line) => {
    const mark = FENCE.exec(line)
    const opens = fence === null && mark !== null
    const closes = fence !== null && mark?.[2]?.trim() === '' && fence.includes(mark[1] ?? '')
    // The lines of the fence itself are not inside: a cut there needs no other fence.
    const inside = opens || closes ? null : fence
    if (opens) fence = line
    if (closes) fence = null
    const pieces = wrapped(line, columns)
    return pieces.map((piece, index) => ({
      text: piece,
      endsLine: index === pieces.length - 1,
      fence: opens ? line : inside,
    }))
  })
}

/** At spaces, where there are some. */
function wrapped(line: string, columns: number): string[] {
  const pieces: string[] = []
  let rest = line
  while (rest.length > columns) {
    const space = rest.lastIndexOf(' ', columns)
    const length = space > columns / 2 ? space + 1 : columns
    pieces.push(rest.slice(0, length))
    rest = rest.slice(length)
  }
  return [...pieces, rest]
}

const joined = (rows: readonly Row[]): string =>
  rows.map(({ text, endsLine }) => (endsLine ? `${text}\n` : text)).join('')

const closing = (fence: string): string => FENCE.exec(fence)?.[1] ?? '```'
