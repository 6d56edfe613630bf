// A tree of messages, as OpenAssistant keeps conversations: every reply may have several replies.
import { isRecord } from '../text/values'
import { ROLES } from './roles'

interface TreeMessage {
  text: string
  replies: unknown[]
  role?: unknown
  /** Among the replies to one message; 0 is the best. */
  rank?: unknown
  deleted?: unknown
}

interface Place {
  message: TreeMessage
  /** The messages down to this one. */
  path: { role: unknown; text: string }[]
}

export const isMessageTree = (value: unknown): value is Record<string, unknown> & TreeMessage =>
  isRecord(value) && typeof value['text'] === 'string' && Array.isArray(value['replies'])

/** A row for each message of a user that has replies, which are its responses; and for the root. */
export function rowsOfTree(root: TreeMessage): object[] {
  const rows: object[] = []
  const places = [placeOf(root, [])]
  // grows while it is walked: no recursion, however deep the tree is
  for (const { message, path } of places) {
    const replies = message.replies.filter(isMessageTree).filter(({ deleted }) => deleted !== true)
    for (const reply of replies) places.push(placeOf(reply, path))
    const isAsked = ROLES[String(message.role)] === 'user' && replies.length > 0
    if (isAsked || message === root)
      rows.push({ prompt: path, responses: replies.map(({ text, rank }) => ({ text, rank })) })
  }
  return rows
}

const placeOf = (message: TreeMessage, before: Place['path']): Place => ({
  message,
  path: [...before, { role: message.role, text: message.text }],
})
