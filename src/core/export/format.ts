// What an export format is: one entry of the table in ./formats.ts with a file beside it.
import type { z } from 'zod'
import type { Candidate, Message, Preference } from '../../shared/domain'
import { isUnfinished } from '../reasoning/split'

/** One comparison with what its annotators say of it. */
export interface LabelledComparison {
  prompt: readonly Message[]
  /** In the order of the selection. */
  candidates: readonly Pick<Candidate, 'id' | 'text' | 'finishReason'>[]
  /** The standing preference of each annotator. */
  preferences: readonly Preference[]
}

export interface ExportRow<Row extends object = object> {
  row: Row
  /** The row teaches a response that was cut off at the token limit. */
  teachesCutOff: boolean
  /** Rows of a prompt with the same key answer the same question: that of the last round counts. */
  question?: string
}

export interface ExportFormat<Row extends object = object> {
  /** The value of `--format`. */
  readonly id: string
  /** As people write it: "DPO". */
  readonly label: string
  /** What follows the name of the curation in the name of the file: ".dpo.jsonl". */
  readonly ending: string
  /** The program that reads the file; a test reads it back with the same program. */
  readonly tool: string
  /** What one line holds. */
  readonly schema: z.ZodType<Row>
  /** The rows of one comparison, in a fixed order. */
  rows(comparison: LabelledComparison): ExportRow<Row>[]
}

/** Whether a response has no end: cut off at the token limit, or within its reasoning. */
export const isCutOff = ({
  text,
  finishReason,
}: Pick<Candidate, 'text' | 'finishReason'>): boolean =>
  finishReason === 'length' || isUnfinished(text)

export const answer = (content: string): Message[] => [{ role: 'assistant', content }]
