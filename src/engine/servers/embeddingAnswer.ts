// What a server answers to texts that are to be embedded.

/** The vectors in order of the texts; null if their number or their dimensions are inconsistent. */
export function readVectors(value: unknown, count: number): number[][] | null {
  const { data } = (value ?? {}) as { data?: unknown }
  if (!Array.isArray(data) || data.length !== count) return null
  const rows = new Array<number[] | undefined>(count)
  for (const [i, entry] of (
    data as ({ index?: unknown; embedding?: unknown } | null)[]
  ).entries()) {
    const { index, embedding } = entry ?? {}
    const row = typeof embedding === 'string' ? decoded(embedding) : embedding
    if (!isVector(row)) return null
    rows[typeof index === 'number' ? index : i] = row.map((value) => value ?? NaN)
  }
  const present = rows.filter((row) => row !== undefined)
  const isComplete =
    present.length === count && present.every(({ length }) => length === present[0]!.length)
  return isComplete ? present : null
}

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
