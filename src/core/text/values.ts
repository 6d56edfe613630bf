// Values of unknown shape, as data sets hold them.
import * as l10n from '@vscode/l10n'

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value itself where it is an object, else an object without keys. */
export const asRecord = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {})

/** The value of a JSON text; undefined for any other text. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether a value is a list of texts; an empty list is one, too. */
export const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((element) => typeof element === 'string')

/** Whether there is nothing to read: null, undefined, blank text, an empty list. */
export function isNothing(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    (typeof value === 'string' && value.trim() === '') ||
    (Array.isArray(value) && value.length === 0)
  )
}

/** What a value is, for a message: `the string "8"`, `null`, `a list of 2`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string')
    return l10n.t`the string ${JSON.stringify(shortened(value, MOST_CHARACTERS))}`
  if (typeof value === 'number' || typeof value === 'bigint')
    return l10n.t`the number ${String(value)}`
  if (typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return l10n.t`a list of ${value.length}`
  if (value instanceof Uint8Array) return l10n.t('binary data')
  const keys = Object.keys(value)
  if (keys.length === 0) return l10n.t('an object without keys')
  return l10n.t`an object with ${listedNames(keys, MOST_KEYS)}`
}

/** Names for a message: the first ones. */
export const listedNames = (names: readonly string[], most = 20): string =>
  `${names.slice(0, most).join(', ')}${names.length > most ? ', …' : ''}`

const MOST_CHARACTERS = 40
const MOST_KEYS = 5

/** The beginning of a text on one line. */
export function shortened(text: string, characters: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= characters ? line : `${line.slice(0, characters).toWellFormed()}…`
}
