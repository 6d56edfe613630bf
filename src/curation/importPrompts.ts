// Converts a file of prompts in any supported format to JSON Lines, each prompt once.
import type { PromptReport } from '../core/formats/promptReport'
import { replaceFile } from '../store/atomicFile'
import { loadPrompts, type PromptReading } from '../store/promptFile'
import type { Prompt } from '../shared/domain'

export interface ImportedPrompts {
  prompts: number
  duplicates: number
  report: PromptReport
}

/** @throws FailureError of the file, see {@link loadPrompts}: nothing is written then. */
export async function importPrompts(
  from: string,
  to: string,
  reading: PromptReading,
): Promise<ImportedPrompts> {
  const { prompts, report } = await loadPrompts(from, reading)
  await replaceFile(
    to,
    prompts.map((prompt) => `${JSON.stringify(promptRow(prompt))}\n`),
  )
  return { prompts: prompts.length, duplicates: report.duplicates, report }
}

function promptRow({ messages }: Prompt): { prompt: string | Prompt['messages']; system?: string } {
  const [first, second] = messages
  if (first?.role === 'user' && messages.length === 1) return { prompt: first.content }
  if (first?.role === 'system' && second?.role === 'user' && messages.length === 2)
    return { prompt: second.content, system: first.content }
  return { prompt: messages }
}
