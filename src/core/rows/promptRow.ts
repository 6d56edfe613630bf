// A prompt as a row of JSON Lines.
import type { Message } from '../../shared/domain'
import { promptId } from '../formats/ids'
import { type PromptFields, rowToPrompt } from './prompts'

/**
 * A row that is read as these messages. One user turn is written as text, with its system message
 * beside it, unless that text would be read as something else: a list of messages, a transcript.
 * @param fields as the curation names them; a named one is in every row.
 */
export function promptRow(
  messages: readonly Message[],
  fields: PromptFields,
): Record<string, unknown> {
  const { prompt = 'prompt', system } = fields
  const [first, ...rest] = messages
  const leads = first?.role === 'system' && system !== prompt
  const [turn, ...others] = leads ? rest : messages
  const isOneTurn = turn?.role === 'user' && others.length === 0
  const isBeside = leads && (isOneTurn || system !== undefined)
  const beside =
    isBeside || system !== undefined ? { [system ?? 'system']: isBeside ? first.content : '' } : {}
  const asText = isOneTurn ? { [prompt]: turn.content, ...beside } : null
  if (asText && isReadAs(asText, messages, fields)) return asText
  return { [prompt]: isBeside ? rest : messages, ...beside }
}

/** Whether a row is read as these messages. */
export function isReadAs(
  row: unknown,
  messages: readonly Message[],
  fields: PromptFields,
): boolean {
  const read = rowToPrompt(row, fields)
  return 'prompt' in read && read.prompt.id === promptId(messages)
}
