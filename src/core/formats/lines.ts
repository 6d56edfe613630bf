// Lines of files of any size: chunks of bytes are split at line feeds and at nothing else, and
// decoded line by line.

/**
 * A longer line is not held in memory: no record or prompt comes near, a file of another kind may.
 */
const LONGEST_LINE_BYTES = 1 << 28

const LINE_FEED = 0x0a

export interface Line {
  /** Without the line feed. The first kilobyte only when {@link isOverlong}. */
  bytes: Buffer
  /** 1-based. */
  number: number
  /** Bytes in the file, line feed included. */
  length: number
  /** Whether a line feed ends it; only the last line of a file may lack one. */
  isTerminated: boolean
  isOverlong: boolean
}

/** Splits at line feeds; an empty remainder after the last one is no line. */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  longest = LONGEST_LINE_BYTES,
): AsyncGenerator<Line> {
  let number = 0
  let pending: Buffer[] = []
  let pendingBytes = 0
  const take = (last: Buffer, isTerminated: boolean): Line => {
    const length = pendingBytes + last.length
    const isOverlong = length > longest
    const bytes = isOverlong
      ? Buffer.concat([...pending, last]).subarray(0, 1024)
      : pending.length === 0
        ? last
        : Buffer.concat([...pending, last])
    pending = []
    pendingBytes = 0
    number++
    return { bytes, number, length: length + Number(isTerminated), isTerminated, isOverlong }
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      yield take(chunk.subarray(from, end), true)
      from = end + 1
    }
    const rest = chunk.subarray(from)
    if (rest.length === 0) continue
    if (pendingBytes <= longest) pending.push(rest)
    pendingBytes += rest.length
  }
  if (pendingBytes > 0) yield take(Buffer.alloc(0), false)
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** The text of a line, without a byte order mark; null when it is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** The JSON value of a line; undefined when it is none, or not UTF-8. */
export function jsonOfLine(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes)
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
