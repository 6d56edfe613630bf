// What a training method is: one entry of the table in ./table.ts, with a Python module of the same
// name in training/src/aepo_training/train/methods.
import type { z } from 'zod'
import type { Candidate, Preference } from '../../../shared/domain'
import type { Figure } from '../../../shared/runProtocol'
import type { RowKind } from '../row'

type Compared = Pick<Candidate, 'id' | 'score'>

/** A pair that the annotators prefer, with all that is known of its pool. */
export interface AnnotatedPair {
  chosen: Compared
  rejected: Compared
  /** The candidates that were compared, the two among them. */
  candidates: readonly Compared[]
  /** All candidates of the pool. */
  pool: readonly Compared[]
  /** The standing preference of each annotator. */
  preferences: readonly Preference[]
  /**
   * The probability by a judge that the first of two compared candidates wins, by their ids; it
   * gives null where both orders were not asked. null without a judge.
   */
  wins: ((first: string, second: string) => number | null) | null
}

/** The values of a row by name, or one sentence on why the row has none. */
export type PairValues =
  { success: true; values: Readonly<Record<string, number>> } | { success: false; message: string }

/** Values of the hyper-parameters that only one method has, by their names. */
export type OwnHyperparameters = Record<string, string | number | boolean | null>

export interface MethodDefinition {
  /** Name of the Python module, and the value of `method` in run.json. */
  readonly id: string
  /** As people write it: "DPO". */
  readonly label: string
  /** What it does, in one line. */
  readonly summary: string
  readonly paper: { readonly title: string; readonly arxiv: string }
  readonly rows: RowKind
  /** Absent: the trained model generates responses. */
  readonly generates?: false
  /** What the method reads of a pair beside the texts; the Python module names the same values. */
  readonly pairValues?: (pair: AnnotatedPair, own: OwnHyperparameters) => PairValues
  /**
   * The hyper-parameters that only this method has, named as in its paper; each has a default and a
   * description. Values may be strings, as a command line gives them.
   */
  readonly own: z.ZodObject
  /** The numbers that its runs record, in the order in which they are shown. */
  readonly figures: readonly Figure[]
}
