// Which rows an export takes: of which rounds and which part of the prompts, and what becomes of
// those that teach a response that was cut off.
import { lastOfEach } from '../annotation/pairs'
import type { ExportRow } from './format'
import { heldOutPrompts } from './split'

export interface RowChoice {
  /** By default the rows of all rounds. */
  rounds?: readonly number[]
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

export interface RoundRow extends ExportRow {
  round: number
}

/**
 * The rows of a prompt in some rounds. Where the same two responses were compared in several of
 * them, the row of the last of these counts.
 * @param rows in the order of their rounds.
 */
export function rowsOfRounds<Row extends RoundRow>(
  rows: readonly Row[],
  rounds?: readonly number[],
): readonly Row[] {
  const wanted = rounds ? rows.filter(({ round }) => rounds.includes(round)) : rows
  return lastOfEach(wanted, ({ question }) => question)
}

/** @param byPrompt prompt id → its rows; the order of the map is the order of the result. */
export function rowsToExport(
  byPrompt: ReadonlyMap<string, readonly RoundRow[]>,
  { cutOff = 'leave-out', rounds, split }: RowChoice,
): ExportedRows {
  const wanted = [...byPrompt].map(([id, rows]) => [id, rowsOfRounds(rows, rounds)] as const)
  const isKept = ({ teachesCutOff }: ExportRow): boolean => cutOff === 'keep' || !teachesCutOff
  const withRows = wanted.filter(([, rows]) => rows.some(isKept)).map(([id]) => id)
  const heldOut = split && heldOutPrompts(withRows, split.share)
  const inPart = ([id]: readonly [string, unknown]): boolean =>
    heldOut === undefined || heldOut.has(id) === (split?.part === 'held-out')
  const chosen = wanted.filter(inPart).flatMap(([, rows]) => rows)
  const kept = chosen.filter(isKept)
  return { rows: kept.map(({ row }) => row), cutOff: chosen.length - kept.length }
}
