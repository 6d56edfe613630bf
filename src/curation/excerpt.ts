// A prompt in few words.
import type { Prompt } from '../shared/domain'

/** The beginning of the turn that the responses answer, on one line. */
export function excerptOf({ messages }: Prompt, characters: number): string {
  const asked = messages.findLast(({ role }) => role === 'user') ?? messages.at(-1)
  const line = (asked?.content ?? '')
    .slice(0, characters * 2)
    .replace(/\s+/g, ' ')
    .trim()
  return line.slice(0, characters).toWellFormed()
}
