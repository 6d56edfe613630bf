// The conversation of a preference row whose prompt is its last turn alone.
import type { Message } from '../../shared/domain'
import { readMessages } from './messages'
import { unquoted } from './response'
import { named } from './rowFields'
import { isTexts } from '../text/values'

/**
 * Puts the turns and the system message before a prompt that `chosen`, a conversation, has before
 * the same message of the user: the responses were preferred in that context.
 * @param messages changed in place.
 * @returns the field that the context is from.
 */
export function joinConversation(messages: Message[], row: Record<string, unknown>): string[] {
  const [only] = messages
  const name = named(Object.keys(row), 'chosen')
  const chosen = name === undefined ? undefined : unquoted(row[name])
  if (messages.length !== 1 || only?.role !== 'user') return []
  if (name === undefined || !Array.isArray(chosen) || chosen.length < 3) return []
  // several responses are no conversation
  if (isTexts(chosen)) return []
  const turns = readMessages(chosen, name).messages
  const asked = turns.findLastIndex(({ role }) => role === 'user')
  if (turns[asked]?.content.trim() !== only.content.trim()) return []
  messages.unshift(...turns.slice(0, asked))
  return [name]
}
