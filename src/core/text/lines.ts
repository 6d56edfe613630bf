// Lines of files of any size: chunks of bytes are split at one byte, a line feed unless said
// otherwise, and decoded line by line.

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
  /** Whether a line end follows it; only the last line of a file may lack one. */
  isTerminated: boolean
  isOverlong: boolean
}

/**
 * Splits at line ends; an empty remainder after the last one is no line.
 * @param lineEnd the byte that ends a line.
 */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  longest = LONGEST_LINE_BYTES,
  lineEnd = LINE_FEED,
): AsyncGenerator<Line> {
  const splitter = new LineSplitter(longest, lineEnd)
  for await (const chunk of chunks) yield* splitter.split(chunk)
  yield* splitter.end()
}

/** {@link splitLines} for callers that read the chunks themselves. */
export class LineSplitter {
  private number = 0
  private pending: Buffer[] = []
  private pendingBytes = 0

  constructor(
    private readonly longest = LONGEST_LINE_BYTES,
    private readonly lineEnd = LINE_FEED,
  ) {}

  /** The lines that end in `chunk`, which the lines may share memory with. */
  *split(chunk: Buffer): Generator<Line, undefined> {
    let from = 0
    for (let end = this.next(chunk, 0); end >= 0; end = this.next(chunk, from)) {
      yield this.take(chunk.subarray(from, end), true)
      from = end + 1
    }
    const rest = chunk.subarray(from)
    if (rest.length === 0) return
    if (this.pendingBytes <= this.longest) this.pending.push(rest)
    this.pendingBytes += rest.length
  }

  /** The last line, if no line feed ends it. */
  *end(): Generator<Line, undefined> {
    if (this.pendingBytes > 0) yield this.take(Buffer.alloc(0), false)
  }

  private next(chunk: Buffer, from: number): number {
    return chunk.indexOf(this.lineEnd, from)
  }

  private take(last: Buffer, isTerminated: boolean): Line {
    const length = this.pendingBytes + last.length
    const isOverlong = length > this.longest
    const bytes = isOverlong
      ? Buffer.concat([...this.pending, last]).subarray(0, 1024)
      : this.pending.length === 0
        ? last
        : Buffer.concat([...this.pending, last])
    this.pending = []
    this.pendingBytes = 0
    this.number++
    return {
      bytes,
      number: this.number,
      length: length + Number(isTerminated),
      isTerminated,
      isOverlong,
    }
  }
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

/** Whether bytes are UTF-8; the last character may be cut. */
export const beginsAsUtf8 = (bytes: Uint8Array): boolean =>
  [0, 1, 2, 3].some((cut) => decodeUtf8(bytes.subarray(0, bytes.length - cut)) !== null)

/** The JSON value of a line; undefined when it is none, or not UTF-8. */
export function jsonOfLine(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes)
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
