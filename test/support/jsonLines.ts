// Files of JSON Lines that a test reads back.
import { readFileSync } from 'node:fs'

/** The values of a file's lines. */
export function jsonLines(file: string): unknown[] {
  const text = readFileSync(file, 'utf8').replace(/\n$/, '')
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as unknown)
}
