// Converts a file of prompts in any supported format to JSON Lines, each prompt once.
import type { PromptReport } from '../../core/rows/promptReport'
import { promptRow } from '../../core/rows/promptRow'
import { writeNamedFile } from '../../store/atomicFile'
import { loadPrompts, type PromptReading } from '../../store/promptFile'

export interface ImportedPrompts {
  prompts: number
  duplicates: number
  report: PromptReport
}

/**
 * @param to is made with its folder.
 * @throws FailureError of the file, see {@link loadPrompts}: nothing is written then; `disk-full`,
 *   `no-permission`.
 */
export async function importPrompts(
  from: string,
  to: string,
  reading: PromptReading,
): Promise<ImportedPrompts> {
  const { prompts, report } = await loadPrompts(from, reading)
  await writeNamedFile(
    to,
    prompts.map(({ messages }) => `${JSON.stringify(promptRow(messages, {}))}\n`),
  )
  return { prompts: prompts.length, duplicates: report.duplicates, report }
}
