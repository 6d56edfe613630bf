// Values of unknown shape, as data sets hold them.

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether there is nothing to read: null, undefined, blank text, an empty list. */
export function isNothing(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    (typeof value === 'string' && value.trim() === '') ||
    (Array.isArray(value) && value.length === 0)
  )
}

/** What a value is, for a message: `the string "8"`, `null`, `a list`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return `the string ${JSON.stringify(shortened(value, 40))}`
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${String(value)}`
  if (typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value instanceof Date) return 'a date'
  if (value instanceof Uint8Array) return 'binary data'
  const keys = Object.keys(value)
  return `an object with ${keys.slice(0, 5).join(', ') || 'no keys'}${keys.length > 5 ? ', …' : ''}`
}

/** The beginning of a text on one line. */
export function shortened(text: string, characters: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= characters ? line : `${line.slice(0, characters).toWellFormed()}…`
}
