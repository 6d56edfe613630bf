// Which rows an export takes: of which part of the prompts, and what becomes of those that teach a
// response that was cut off.
import type { ExportRow } from './format'
import { heldOutPrompts } from './split'

export interface RowChoice {
  /** By default rows that teach a cut-off response are left out. */
  cutOff?: CutOffChoice
  /** By default the rows of all prompts. */
  split?: Split
}

export const CUT_OFF_CHOICES = ['leave-out', 'keep'] as const
type CutOffChoice = (typeof CUT_OFF_CHOICES)[number]

export const SPLIT_PARTS = ['train', 'held-out'] as const
interface Split {
  part: (typeof SPLIT_PARTS)[number]
  /** Of the prompts with rows, from 0 to 0.5: how many are held out. */
  share: number
}

export interface ExportedRows {
  rows: object[]
  /** Rows that were left out because the response that they teach was cut off. */
  cutOff: number
}

/** @param byPrompt prompt id → its rows; the order of the map is the order of the result. */
export function rowsToExport(
  byPrompt: ReadonlyMap<string, readonly ExportRow[]>,
  { cutOff = 'leave-out', split }: RowChoice,
): ExportedRows {
  const isKept = ({ teachesCutOff }: ExportRow): boolean => cutOff === 'keep' || !teachesCutOff
  const withRows = [...byPrompt].filter(([, rows]) => rows.some(isKept)).map(([id]) => id)
  const heldOut = split && heldOutPrompts(withRows, split.share)
  const inPart = ([id]: [string, unknown]): boolean =>
    heldOut === undefined || heldOut.has(id) === (split?.part === 'held-out')
  const chosen = [...byPrompt].filter(inPart).flatMap(([, rows]) => rows)
  const kept = chosen.filter(isKept)
  return { rows: kept.map(({ row }) => row), cutOff: chosen.length - kept.length }
}
