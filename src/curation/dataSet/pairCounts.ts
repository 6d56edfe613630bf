// What is counted of the pairs of a data set.
import { type DpoRow, prefersLonger } from '../../core/export/dpo'
import { type RoundRow, rowsOfRounds } from '../../core/export/rows'

export type DpoRoundRow = RoundRow & { row: DpoRow }

export interface PairCounts {
  pairs: number
  /** Those of them whose chosen response is the longer one. */
  longerChosen: number
  /** Those of them whose chosen response was cut off: the data set leaves them out. */
  chosenCutOff: number
}

type DpoRows = readonly DpoRoundRow[]

const countRows =
  (holds: (row: DpoRoundRow) => boolean) =>
  (rows: DpoRows): number =>
    rowsOfRounds(rows).filter(holds).length

export const PAIR_COUNTS: Record<keyof PairCounts, (rows: DpoRows) => number> = {
  pairs: countRows(() => true),
  longerChosen: countRows(({ row }) => prefersLonger(row)),
  chosenCutOff: countRows(({ teachesCutOff }) => teachesCutOff),
}
