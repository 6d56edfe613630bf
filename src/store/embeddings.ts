// The candidates' vectors on disk: rows of float32 beside an index of which candidate's text each
// row is of. Derived: may be deleted.
import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { textHash } from '../core/formats/ids'
import { jsonOfLine, splitLines } from '../core/formats/lines'
import type { Candidate } from '../shared/domain'
import { FailureError, failureError, toFailure } from '../shared/errors'
import { replaceFile } from './atomicFile'
import { isLocked, withBriefLock } from './briefLock'
import { chunksOf } from './chunks'
import type { CurationPaths } from './curationPaths'
import { makeFolder, openIfThere } from './files'
import { Sequence } from '../async/sequence'

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT

const headerSchema = z.strictObject({ model: z.string(), dim: z.number().int().min(1) })
/**
 * A line without the hash of the text ends the index, as a broken one does: its vector may be that
 * of another text.
 */
const rowSchema = z.strictObject({ candidateId: z.string(), textHash: z.string() })
type Row = z.infer<typeof rowSchema>

/** What of a candidate a vector belongs to. */
type Embedded = Pick<Candidate, 'id' | 'text'>

type EmbeddingPaths = Pick<CurationPaths, 'embeddings' | 'embeddingsIndex'>

/**
 * Vectors of one embedding model. Those of another model found on disk do not count, and the first
 * append replaces them.
 *
 * Vectors are flushed before the index names them, and only rows that both files have count:
 * whatever is killed when, no candidate gets the vector of another, nor of another text that had
 * its id. Rows are little-endian, as every machine is that this runs on.
 */
export class EmbeddingStore {
  /** By {@link keyOf}. */
  private readonly rows = new Map<string, number>()
  /** Rows that both files have. */
  private count = 0
  private values = new Float32Array(0)
  private width = 0
  /** Bytes of the index up to row `count`: 0 when there is none, or one of another model. */
  private indexBytes = 0
  private readonly appending = new Sequence()

  private constructor(
    private readonly paths: EmbeddingPaths,
    private readonly model: string,
  ) {}

  /** Reads what there is; writes nothing. @throws FailureError of the file system. */
  static async open(paths: EmbeddingPaths, model: string): Promise<EmbeddingStore> {
    const store = new EmbeddingStore(paths, model)
    await store.guarded(() => store.load())
    return store
  }

  /** Numbers in a vector; 0 before the first append. */
  get dim(): number {
    return this.width
  }

  has(candidate: Embedded): boolean {
    return this.rows.has(keyOf(rowOf(candidate)))
  }

  /**
   * The vectors of some candidates: row-major float32, `candidates.length` × {@link dim}.
   * @throws FailureError `internal` for a candidate that has none.
   */
  vectors(candidates: readonly Embedded[]): Float32Array {
    const result = new Float32Array(candidates.length * this.width)
    candidates.forEach((candidate, place) => {
      const row = this.rows.get(keyOf(rowOf(candidate)))
      if (row === undefined)
        throw failureError('internal', `The candidate ${candidate.id} has no vector.`, {
          where: this.paths.embeddingsIndex,
          remedy: 'Delete the embeddings files; they are made again.',
        })
      result.set(this.values.subarray(row * this.width, (row + 1) * this.width), place * this.width)
    })
    return result
  }

  /**
   * Adds vectors (row-major, `candidates.length` × `dim`); candidates that have one keep it. Other
   * processes may append meanwhile.
   * @throws FailureError `disk-full`, `no-permission`; `bad-input` when `dim` is not that of the
   *   vectors on disk.
   */
  append(candidates: readonly Embedded[], vectors: Float32Array, dim: number): Promise<void> {
    if (vectors.length !== candidates.length * dim)
      return Promise.reject(
        failureError(
          'internal',
          `${vectors.length} numbers are not ${candidates.length} vectors of ${dim}.`,
        ),
      )
    return this.appending.run(() =>
      this.guarded(async () => {
        await makeFolder(path.dirname(this.paths.embeddings))
        await withBriefLock(this.paths.embeddingsIndex, () =>
          this.write(candidates.map(rowOf), vectors, dim),
        )
      }),
    )
  }

  private async write(given: readonly Row[], vectors: Float32Array, dim: number): Promise<void> {
    if (!(await this.isCurrent())) await this.load()
    if (this.indexBytes === 0) await this.startAnew(dim)
    if (dim !== this.width) {
      throw failureError(
        'bad-input',
        `${this.model} gave vectors of ${dim} numbers, those on disk have ${this.width}.`,
        {
          where: this.paths.embeddings,
          remedy: 'Delete the embeddings files; they are made again.',
        },
      )
    }
    const fresh = [...new Map(given.map((row, place) => [keyOf(row), { row, place }]))].filter(
      ([key]) => !this.rows.has(key),
    )
    const added = new Float32Array(fresh.length * dim)
    fresh.forEach(([, { place }], row) =>
      added.set(vectors.subarray(place * dim, (place + 1) * dim), row * dim),
    )
    const lines = Buffer.from(fresh.map(([, { row }]) => `${JSON.stringify(row)}\n`).join(''))

    await writeAt(this.paths.embeddings, this.count * dim * FLOAT_BYTES, Buffer.from(added.buffer))
    await writeAt(this.paths.embeddingsIndex, this.indexBytes, lines)
    this.makeRoom(this.count + fresh.length)
    this.values.set(added, this.count * dim)
    this.indexBytes += lines.length
    for (const [key] of fresh) this.rows.set(key, this.count++)
  }

  /** The new header first: until the old rows are cut off, no line names them. */
  private async startAnew(dim: number): Promise<void> {
    const header = this.header(dim)
    await replaceFile(this.paths.embeddingsIndex, [header])
    await writeAt(this.paths.embeddings, 0, Buffer.alloc(0))
    this.width = dim
    this.indexBytes = Buffer.byteLength(header)
  }

  private header(dim: number): string {
    return `${JSON.stringify({ model: this.model, dim })}\n`
  }

  /**
   * Whether the files are as this object left them: no other process appended, nothing is to be cut
   * off.
   */
  private async isCurrent(): Promise<boolean> {
    const handle = await openIfThere(this.paths.embeddingsIndex)
    if (!handle) return false
    try {
      const header = Buffer.from(this.header(this.width))
      const { buffer } = await handle.read(Buffer.alloc(header.length), 0, header.length, 0)
      const vectorBytes = await stat(this.paths.embeddings).then(
        ({ size }) => size,
        () => null,
      )
      return (
        buffer.equals(header) &&
        (await handle.stat()).size === this.indexBytes &&
        vectorBytes === this.count * this.width * FLOAT_BYTES
      )
    } finally {
      await handle.close()
    }
  }

  /** Brings memory to what the files say. */
  private async load(): Promise<void> {
    this.rows.clear()
    this.count = 0
    this.indexBytes = 0
    const index = await this.readIndex()
    this.width = index?.dim ?? 0
    const handle = index && (await openIfThere(this.paths.embeddings))
    if (!index) return
    try {
      const size = handle ? (await handle.stat()).size : 0
      this.count = Math.min(index.keys.length, Math.floor(size / (index.dim * FLOAT_BYTES)))
      this.makeRoom(this.count)
      if (handle) await readInto(handle, this.values.subarray(0, this.count * index.dim))
      index.keys.slice(0, this.count).forEach((key, row) => this.rows.set(key, row))
      this.indexBytes = index.ends[this.count] ?? 0
    } finally {
      await handle?.close()
    }
  }

  /**
   * Keys up to the first line that is not whole; `ends[i]` is where the header and i rows end. Null
   * for none, or another model.
   */
  private async readIndex(): Promise<{ dim: number; keys: string[]; ends: number[] } | null> {
    const handle = await openIfThere(this.paths.embeddingsIndex)
    if (!handle) return null
    try {
      let header: z.infer<typeof headerSchema> | undefined
      const keys: string[] = []
      const ends: number[] = []
      let end = 0
      for await (const { bytes, length, isTerminated } of splitLines(chunksOf(handle))) {
        end += length
        const value = isTerminated ? jsonOfLine(bytes) : undefined
        if (header) {
          const row = rowSchema.safeParse(value)
          if (!row.success) break
          keys.push(keyOf(row.data))
        } else {
          header = headerSchema.safeParse(value).data
          if (header?.model !== this.model) return null
        }
        ends.push(end)
      }
      return header ? { dim: header.dim, keys, ends } : null
    } finally {
      await handle.close()
    }
  }

  /**
   * Room for so many rows; doubled, so that appending one by one costs no more than reading all.
   */
  private makeRoom(count: number): void {
    if (count * this.width <= this.values.length) return
    const larger = new Float32Array(Math.max(count * this.width, 2 * this.values.length))
    larger.set(this.values)
    this.values = larger
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      if (isLocked(thrown))
        throw failureError('busy', 'Another process holds the embeddings.', {
          where: this.paths.embeddingsIndex,
          remedy: 'Try again.',
        })
      throw new FailureError(toFailure(thrown, this.paths.embeddings), { cause: thrown })
    }
  }
}

const rowOf = ({ id, text }: Embedded): Row => ({ candidateId: id, textHash: textHash(text) })

const keyOf = (row: Row): string => `${row.candidateId} ${row.textHash}`

/** Writes at a place, cuts off what is behind, and flushes. The file is made if need be. */
async function writeAt(file: string, position: number, bytes: Buffer): Promise<void> {
  const handle = await open(file, constants.O_RDWR | constants.O_CREAT)
  try {
    await handle.truncate(position)
    for (let done = 0; done < bytes.length;)
      done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

/** Fills `values` from the beginning of the file. */
async function readInto(handle: FileHandle, values: Float32Array): Promise<void> {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, done)
    if (bytesRead === 0)
      throw failureError('internal', 'The vectors ended before their time.', {
        remedy: 'Delete the embeddings files; they are made again.',
      })
    done += bytesRead
  }
}
