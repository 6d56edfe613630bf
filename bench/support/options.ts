// Command line options of a bench: the common ones, and its own.
import { parseArgs } from 'node:util'

export interface Options<K extends string> {
  json: boolean
  runs: number
  /** A folder with real prompts and judged responses (see data.ts); empty by default. */
  data: string
  /** An option of the bench as an integer of at least 1. @throws RangeError for other values. */
  number: (name: K) => number
  text: (name: K) => string
}

/** @param own names and defaults of the bench's own options. */
export function optionsOf<K extends string>(own: Record<K, string>): Options<K> {
  const strings = Object.entries<string>({ ...own, runs: '5', data: '' }).map(
    ([name, value]) => [name, { type: 'string', default: value }] as const,
  )
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, ...Object.fromEntries(strings) },
  })
  const text = (name: string): string => {
    const value = (values as Record<string, unknown>)[name]
    return typeof value === 'string' ? value : ''
  }
  const number = (name: string): number => {
    const value = Number(text(name))
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`--${name} ${text(name)} is not a whole number of at least 1.`)
    return value
  }
  return { json: values.json, runs: number('runs'), data: text('data'), number, text }
}
