// Which row of vectors belongs to which candidate's text: three numbers per row.
import { RowBuckets } from './rowBuckets'

const SMALLEST = 1024
const GROWTH = 1.25

export class VectorRows {
  size = 0
  /** The first and the last half of the text's hash. */
  private high: Uint32Array
  private low: Uint32Array
  /** Hash of the candidate's id. */
  private ids: Uint32Array
  private readonly buckets = new RowBuckets((row) => keyOf(this.low[row]!, this.ids[row]!))

  /** @param expected rows that will probably be added. */
  constructor(expected = 0) {
    const capacity = Math.max(SMALLEST, expected)
    this.high = new Uint32Array(capacity)
    this.low = new Uint32Array(capacity)
    this.ids = new Uint32Array(capacity)
  }

  /** @param textHash 16 hex digits. */
  add(candidateId: string, textHash: string): void {
    this.addHashed(idHash(candidateId), ...halvesOf(textHash))
  }

  addHashed(id: number, high: number, low: number): void {
    if (this.size === this.high.length) this.grow()
    this.high[this.size] = high
    this.low[this.size] = low
    this.ids[this.size] = id
    this.size++
  }

  /** The last row of a candidate with this text. */
  find(candidateId: string, textHash: string): number | undefined {
    this.buckets.addUpTo(this.size)
    const id = idHash(candidateId)
    const [high, low] = halvesOf(textHash)
    for (const row of this.buckets.rows(keyOf(low, id)))
      if (this.low[row] === low && this.high[row] === high && this.ids[row] === id) return row
    return undefined
  }

  private grow(): void {
    const [high, low, ids] = [this.high, this.low, this.ids]
    const capacity = Math.ceil(this.size * GROWTH)
    this.high = new Uint32Array(capacity)
    this.low = new Uint32Array(capacity)
    this.ids = new Uint32Array(capacity)
    this.high.set(high)
    this.low.set(low)
    this.ids.set(ids)
  }
}

const keyOf = (low: number, id: number): number => (low ^ id) >>> 0 || 1

function halvesOf(hash: string): [high: number, low: number] {
  return [Number.parseInt(hash.slice(0, 8), 16), Number.parseInt(hash.slice(8), 16)]
}

const FNV_OFFSET = 0x811c_9dc5
const FNV_PRIME = 0x0100_0193

/** FNV-1a of 32 bits over the UTF-16 codes. */
function idHash(id: string): number {
  let hash = FNV_OFFSET
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), FNV_PRIME)
  return hash >>> 0
}

const PREFIX = Buffer.from('{"candidateId":"')
const MIDDLE = Buffer.from('","textHash":"')
const SUFFIX = Buffer.from('"}')
const HASH_DIGITS = 16
const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * Adds a row from its line, if that is exactly `{"candidateId":"<ASCII>","textHash":"<16 hex
 * digits>"}`: many times faster than JSON. @returns whether it was.
 */
export function addFromLine(rows: VectorRows, line: Uint8Array): boolean {
  const hashStart = line.length - SUFFIX.length - HASH_DIGITS
  const idEnd = hashStart - MIDDLE.length
  if (idEnd < PREFIX.length) return false
  const isFramed =
    hasAt(line, PREFIX, 0) && hasAt(line, MIDDLE, idEnd) && hasAt(line, SUFFIX, line.length - 2)
  if (!isFramed) return false
  let id = FNV_OFFSET
  for (let i = PREFIX.length; i < idEnd; i++) {
    const code = line[i]!
    if (code < 0x20 || code >= 0x7f || code === QUOTE || code === BACKSLASH) return false
    id = Math.imul(id ^ code, FNV_PRIME)
  }
  const high = hexAt(line, hashStart)
  const low = hexAt(line, hashStart + HASH_DIGITS / 2)
  if (high === null || low === null) return false
  rows.addHashed(id >>> 0, high, low)
  return true
}

function hasAt(bytes: Uint8Array, wanted: Uint8Array, start: number): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false
  return true
}

/** Eight lowercase hex digits as a number. */
function hexAt(bytes: Uint8Array, start: number): number | null {
  let value = 0
  for (let i = start; i < start + HASH_DIGITS / 2; i++) {
    const code = bytes[i]!
    const digit = code >= 0x30 && code <= 0x39 ? code - 0x30 : code - 0x57
    if (digit < 0 || digit > 15 || (digit > 9 && code < 0x61)) return null
    value = value * 16 + digit
  }
  return value
}
