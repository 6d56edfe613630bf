// Where the rows of a JSON text are, found from its beginning.
import type { RowsAt } from '../text/jsonScanner'
import { parseJson } from '../text/jsonText'
import { isRecord } from '../text/values'
import { isConversationField, isPromptField, normalName, promptFieldsOf } from './rowFields'

/** Keys under which an object holds its rows, the most certain first. */
const ROW_LISTS = ['data', 'rows', 'prompts', 'examples', 'train', 'instances']

/** Parts of one data set: their rows follow one another. */
const SPLITS = ['train', 'training', 'validation', 'valid', 'val', 'dev', 'eval', 'test']

/** Of a value; `indexed` is an object whose first key is a number. */
type Kind = 'text' | 'object' | 'indexed' | 'objects' | 'texts' | 'lists' | 'other'

/** A table column by column, as pandas and `datasets` write it: it is read as a whole. */
export type JsonShape = RowsAt | { in: 'columns' }

/** @param head beginning of a text whose first value is a list or an object. */
export function jsonShape(head: string): JsonShape {
  const [, list] = /^\s*\[(.*)$/s.exec(head) ?? []
  if (list !== undefined) return isConversation(list) ? { in: 'text' } : { in: 'list' }
  const { fields, hasMore } = firstObject(head)
  if (hasMore) return { in: 'text' }
  const kinds = [...fields.values()]
  const [prompt] = promptFieldsOf([...fields.keys()])
  const promptKind = prompt === undefined ? undefined : fields.get(prompt)
  const isTable = fields.size > 1 && kinds.every((kind) => LISTS.includes(kind))
  if (promptKind === 'texts' && isTable && !isConversationField(prompt)) return { in: 'columns' }
  if (promptKind === 'indexed' && kinds.every((kind) => kind === 'indexed'))
    return { in: 'columns' }
  if (promptKind !== undefined && fields.size > 1) return { in: 'text' }
  const lists = [...fields].filter(([, kind]) => LISTS.includes(kind)).map(([key]) => key)
  const known = ROW_LISTS.map((name) => lists.find((key) => normalName(key) === name))
  const key =
    known.find((name) => name !== undefined) ?? lists.find(isSplit) ?? onlyListOfObjects(fields)
  if (key !== undefined)
    return isConversation(listUnder(head, key))
      ? { in: 'text' }
      : { in: 'key', keys: isSplit(key) ? [key, ...SPLIT_KEYS] : [key] }
  return kinds.length > 1 && kinds.every((kind) => kind === 'object')
    ? { in: 'object' }
    : { in: 'text' }
}

/** As data sets write them: those behind the beginning of the file are not seen yet. */
const SPLIT_KEYS = SPLITS.flatMap((name) => [
  name,
  name.charAt(0).toUpperCase() + name.slice(1),
  name.toUpperCase(),
])

const isSplit = (key: string): boolean => SPLITS.includes(normalName(key))

const LISTS: readonly Kind[] = ['objects', 'texts', 'lists', 'other']

/** Whether a list of objects begins with a message: all of it is one conversation. */
function isConversation(list: string): boolean {
  const { fields } = firstObject(list)
  return (
    (fields.has('role') && (fields.has('content') || fields.has('parts'))) ||
    (fields.has('from') && fields.has('value'))
  )
}

/** The rows of a list of several on one line; null for any other value, such as a conversation. */
export function batchOf(value: unknown): unknown[] | null {
  const isRow = (one: unknown): boolean => {
    const names = isRecord(one) ? Object.keys(one) : []
    return (
      promptFieldsOf(names).length > 0 &&
      !names.some((name) => /^(role|from|speaker|user|human|assistant)$/.test(normalName(name)))
    )
  }
  return Array.isArray(value) && value.length > 0 && value.every(isRow) ? value : null
}

/** The list under a key of the object at the beginning. */
function listUnder(head: string, key: string): string {
  const start = head.indexOf('[', head.indexOf(`"${key}"`))
  return head.slice(start + 1)
}

function onlyListOfObjects(fields: ReadonlyMap<string, Kind>): string | undefined {
  const found = [...fields].filter(([, kind]) => kind === 'objects').map(([key]) => key)
  const [only] = found
  return found.length === 1 && only !== undefined && !isPromptField(only) ? only : undefined
}

const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\]:,]|[^\s{}[\]:,"]+/g

/** The fields of the object that a text begins with, and whether another value follows it. */
function firstObject(head: string): { fields: Map<string, Kind>; hasMore: boolean } {
  const fields = new Map<string, Kind>()
  let depth = 0
  let lastString = ''
  let opened: string | null = null
  let isValueAhead = false
  for (const [token] of head.matchAll(TOKEN)) {
    if (depth === 0 && fields.size > 0) return { fields, hasMore: true }
    if (opened !== null) setFirst(fields, opened, token)
    opened = null
    if (isValueAhead) {
      const kind = kindOf(token)
      fields.set(lastString, kind === 'lists' ? 'other' : kind)
      if (kind === 'lists' || kind === 'object') opened = lastString
      isValueAhead = false
    } else if (depth === 1 && token === ':') isValueAhead = true
    else if (depth === 1 && token.startsWith('"')) lastString = unquoted(token)
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
  }
  return { fields, hasMore: false }
}

/** @param token the first one within the list or object of a key. */
function setFirst(fields: Map<string, Kind>, key: string, token: string): void {
  if (fields.get(key) !== 'object') fields.set(key, LIST_KINDS[kindOf(token)])
  else if (/^"\d+"$/.test(token)) fields.set(key, 'indexed')
}

/** Of a list, by its first element. */
const LIST_KINDS = { text: 'texts', object: 'objects', lists: 'lists', other: 'other' } as const

function kindOf(token: string): keyof typeof LIST_KINDS {
  if (token.startsWith('"')) return 'text'
  return token === '{' ? 'object' : token === '[' ? 'lists' : 'other'
}

function unquoted(token: string): string {
  const parsed = parseJson(token)
  return 'value' in parsed && typeof parsed.value === 'string' ? parsed.value : token
}
