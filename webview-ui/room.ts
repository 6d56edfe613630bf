// How much of a prompt the window has room for: the first response must be in sight below it.
import type { Room } from './fold'

export interface WindowSize {
  width: number
  height: number
}

const ROW_PIXELS = 24
const CHARACTER_PIXELS = 7.5
/** What stands above and around the text of the prompt. */
const CHROME_PIXELS = 60
const EDGES_PIXELS = 80
/** Share of the height that the prompt may take. */
const PROMPT_SHARE = 0.3
/** Longer rows are hard to read: the style sheet has the same limit. */
const MOST_COLUMNS = 90

export function promptRoom({ width, height }: WindowSize): Room {
  const rows = Math.round((height * PROMPT_SHARE - CHROME_PIXELS) / ROW_PIXELS)
  const columns = Math.floor((width - EDGES_PIXELS) / CHARACTER_PIXELS)
  return {
    rows: Math.min(Math.max(rows, 4), 14),
    columns: Math.min(Math.max(columns, 24), MOST_COLUMNS),
  }
}
