// Converts a file of prompts in any supported format to JSON Lines, each prompt once.
import { rowToPrompt } from '../core/formats/prompts'
import type { CurationFile } from '../core/formats/curationFile'
import { replaceFile } from '../store/atomicFile'
import { readPromptRows } from '../store/promptFile'
import type { Prompt } from '../shared/domain'

export interface ImportedPrompts {
  prompts: number
  duplicates: number
}

/**
 * @throws FailureError `bad-input` with file and line for a row that is no prompt: nothing is
 *   written then.
 */
export async function importPrompts(
  from: string,
  to: string,
  fields: CurationFile['fields'],
): Promise<ImportedPrompts> {
  const seen = new Set<string>()
  const lines: string[] = []
  let rows = 0
  for await (const { row, line } of readPromptRows(from)) {
    rows++
    const prompt = rowToPrompt(row, fields, { where: from, line })
    if (seen.has(prompt.id)) continue
    seen.add(prompt.id)
    lines.push(`${JSON.stringify(promptRow(prompt))}\n`)
  }
  await replaceFile(to, lines)
  return { prompts: lines.length, duplicates: rows - lines.length }
}

function promptRow({ messages }: Prompt): { prompt: string | Prompt['messages']; system?: string } {
  const [first, second] = messages
  if (first?.role === 'user' && messages.length === 1) return { prompt: first.content }
  if (first?.role === 'system' && second?.role === 'user' && messages.length === 2)
    return { prompt: second.content, system: first.content }
  return { prompt: messages }
}
