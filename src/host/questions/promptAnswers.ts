// What is known of a file of prompts while it is asked about.
import type { PromptFields } from '../../core/rows/prompts'
import type { PromptReport } from '../../core/rows/promptReport'
import { previewPrompts } from '../../store/promptFile'

/** Rows from which the fields are found. */
const PREVIEWED_ROWS = 20

type FoundFields = Pick<PromptReport, 'promptFields' | 'systemFields' | 'possible'>

export interface PromptAnswers {
  /** '' before it is chosen. */
  file: string
  /** The fields of its first rows. */
  found: FoundFields
  /** Fields that the user named; others are found by their names in each row. */
  fields: PromptFields
}

export const NO_PROMPTS: PromptAnswers = {
  file: '',
  found: { promptFields: [], systemFields: [], possible: [] },
  fields: {},
}

/** The answers for a file that is chosen. @throws FailureError of the file. */
export async function answersFor(file: string): Promise<PromptAnswers> {
  const reading = { fields: {}, table: {} }
  const { report } = await previewPrompts(file, reading, PREVIEWED_ROWS)
  return { file, found: report, fields: {} }
}
