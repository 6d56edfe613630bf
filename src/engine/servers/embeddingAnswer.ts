// What a server answers to texts that are to be embedded; any shape is possible.
import { asRecord } from '../../core/text/values'

/**
 * The vectors in order of the texts; null if their number or their dimensions are inconsistent.
 * llama.cpp answers without `/v1` as a list of rows, each a list of one vector.
 */
export function readVectors(value: unknown, count: number): number[][] | null {
  const data = Array.isArray(value) ? (value as unknown[]) : asRecord(value)['data']
  if (!Array.isArray(data) || data.length !== count) return null
  const places = placesOf(data)
  const rows = new Array<number[] | undefined>(count)
  for (const [i, entry] of data.entries()) {
    const { embedding } = asRecord(entry)
    const row = typeof embedding === 'string' ? decoded(embedding) : onlyOf(embedding)
    if (!isVector(row)) return null
    rows[places[i]!] = row.map((value) => value ?? NaN)
  }
  const present = rows.filter((row) => row !== undefined)
  const isComplete =
    present.length === count && present.every(({ length }) => length === present[0]!.length)
  return isComplete ? present : null
}

/** By `index`; in the order of the list where all have the same or none. */
function placesOf(data: readonly unknown[]): number[] {
  const given = data.map((entry) => asRecord(entry)['index'])
  const isGiven = new Set(given).size > 1 && given.every((index) => /^\d+$/.test(String(index)))
  return given.map((index, i) => (isGiven ? Number(index) : i))
}

const onlyOf = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 && Array.isArray(value[0]) ? value[0] : value

/** Some servers send little-endian float32 in base64, although they are asked for numbers. */
function decoded(base64: string): number[] | null {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length === 0 || bytes.length % 4 !== 0) return null
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i))
}

/** JSON has null where a model computed what is not a number. */
const isVector = (value: unknown): value is (number | null)[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((number) => number === null || typeof number === 'number')
