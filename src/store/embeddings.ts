// The candidates' vectors on disk: rows of float32, and an index that names the candidate's text of
// each row. Derived: may be deleted.
// Invariant I5.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { z } from 'zod'
import { Sequence } from '../async/sequence'
import { textHash } from '../core/formats/ids'
import { jsonOfLine, type Line, LineSplitter } from '../core/text/lines'
import type { Candidate } from '../shared/domain'
import { FailureError, failureError, toFailure } from '../shared/errors'
import { replaceFile } from './atomicFile'
import { isLocked, withBriefLock } from './briefLock'
import { wholeLinesOf } from './chunks'
import type { CurationPaths } from './curationPaths'
import { makeFolder, openIfThere } from './files'
import { identityAt, identityOf } from './fileIdentity'
import { FLOAT_BYTES, readFloatRows, sizeOf, writeAt } from './floatRows'
import { addFromLine, VectorRows } from './tables/vectorRows'

const headerSchema = z.strictObject({ model: z.string(), dim: z.number().int().min(1) })
/**
 * A line without the hash of the text ends the index, as a broken line does: its vector may be that
 * of another text.
 */
const rowSchema = z.strictObject({
  candidateId: z.string(),
  textHash: z.string().regex(/^[0-9a-f]{16}$/),
})
type Row = z.infer<typeof rowSchema>

/** The part of a candidate that a vector belongs to. */
type Embedded = Pick<Candidate, 'id' | 'text'>

type EmbeddingPaths = Pick<CurationPaths, 'embeddings' | 'embeddingsIndex'>

/**
 * Vectors of one embedding model. Vectors of another model on disk do not count; the first append
 * replaces them.
 *
 * Vectors are flushed before the index names them, and only rows that both files have count: after
 * a process was killed no candidate gets the vector of another, nor of another text that had its
 * id.
 * Vectors are read from the file when they are needed. Rows are little-endian, as on every machine
 * that this runs on.
 */
export class EmbeddingStore {
  /** Rows that both files have. */
  private rows = new VectorRows()
  private width = 0
  /** Bytes of the index up to the last of `rows`; 0 when there is none, or one of another model. */
  private indexBytes = 0
  /** See {@link identityOf}: of the index that `rows` are from. */
  private identity = ''
  private readonly appending = new Sequence()

  private constructor(
    private readonly paths: EmbeddingPaths,
    private readonly model: string,
  ) {}

  /** Reads the index; writes nothing. @throws FailureError of the file system. */
  static async open(paths: EmbeddingPaths, model: string): Promise<EmbeddingStore> {
    const store = new EmbeddingStore(paths, model)
    await store.guarded(() => store.load())
    return store
  }

  /** Numbers in a vector; 0 before the first append. */
  get dim(): number {
    return this.width
  }

  has({ id, text }: Embedded): boolean {
    return this.rows.find(id, textHash(text)) !== undefined
  }

  /**
   * The vectors of some candidates: row-major float32, `candidates.length` × {@link dim}.
   * @throws FailureError `internal` for a candidate that has none; `busy` when another process
   *   replaced the vectors: then none count until the next append.
   */
  vectors(candidates: readonly Embedded[]): Float32Array {
    const rows = candidates.map(({ id, text }) => {
      const row = this.rows.find(id, textHash(text))
      if (row !== undefined) return row
      throw failureError('internal', l10n.t`The candidate ${id} has no vector.`, {
        where: this.paths.embeddingsIndex,
        remedy: l10n.t('Delete the embeddings files; they are made again.'),
      })
    })
    let values: Float32Array | null
    try {
      values = readFloatRows(this.paths.embeddings, rows, this.width)
    } catch (thrown) {
      throw new FailureError(toFailure(thrown, this.paths.embeddings), { cause: thrown })
    }
    // Whoever replaces the vectors replaces or deletes the index first.
    if (values && identityAt(this.paths.embeddingsIndex, this.indexBytes) === this.identity)
      return values
    this.forget()
    throw failureError('busy', l10n.t('Another process replaced the vectors.'), {
      where: this.paths.embeddings,
      remedy: l10n.t('Try again.'),
    })
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
          l10n.t`${vectors.length} numbers are not ${candidates.length} vectors of ${dim}.`,
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
        l10n.t`${this.model} gave vectors of ${dim} numbers, those on disk have ${this.width}.`,
        {
          where: this.paths.embeddings,
          remedy: l10n.t('Delete the embeddings files; they are made again.'),
        },
      )
    }
    const last = new Map(given.map((row, place) => [JSON.stringify(row), { row, place }]))
    const fresh = [...last].filter(
      ([, { row }]) => this.rows.find(row.candidateId, row.textHash) === undefined,
    )
    const added = new Float32Array(fresh.length * dim)
    fresh.forEach(([, { place }], row) =>
      added.set(vectors.subarray(place * dim, (place + 1) * dim), row * dim),
    )
    const lines = Buffer.from(fresh.map(([line]) => `${line}\n`).join(''))

    const vectorBytes = this.rows.size * dim * FLOAT_BYTES
    await writeAt(this.paths.embeddings, vectorBytes, Buffer.from(added.buffer))
    await writeAt(this.paths.embeddingsIndex, this.indexBytes, lines)
    this.indexBytes += lines.length
    this.identity = identityAt(this.paths.embeddingsIndex, this.indexBytes)
    for (const [, { row }] of fresh) this.rows.add(row.candidateId, row.textHash)
  }

  /** Writes the new header first: until the old rows are cut off, no line names them. */
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

  /** Whether the files are as this object left them. */
  private async isCurrent(): Promise<boolean> {
    const handle = await openIfThere(this.paths.embeddingsIndex)
    if (!handle) return false
    try {
      const header = Buffer.from(this.header(this.width))
      const { buffer } = await handle.read(Buffer.alloc(header.length), 0, header.length, 0)
      return (
        buffer.equals(header) &&
        (await handle.stat()).size === this.indexBytes &&
        (await sizeOf(this.paths.embeddings)) === this.rows.size * this.width * FLOAT_BYTES
      )
    } finally {
      await handle.close()
    }
  }

  /** Brings memory to what the files say. */
  private async load(): Promise<void> {
    this.forget()
    const vectorBytes = (await sizeOf(this.paths.embeddings)) ?? 0
    const handle = await openIfThere(this.paths.embeddingsIndex)
    if (!handle) return
    try {
      const splitter = new LineSplitter()
      for await (const chunk of wholeLinesOf(handle))
        for (const line of splitter.split(chunk)) if (!this.take(line, vectorBytes)) return
    } finally {
      this.identity = identityOf(handle.fd, this.indexBytes)
      await handle.close()
    }
  }

  private forget(): void {
    this.rows = new VectorRows()
    this.width = 0
    this.indexBytes = 0
    this.identity = ''
  }

  /** Takes in a line of the index. @returns false where its use ends. */
  private take({ bytes, length }: Line, vectorBytes: number): boolean {
    if (this.indexBytes === 0) {
      const header = headerSchema.safeParse(jsonOfLine(bytes)).data
      if (header?.model !== this.model) return false
      this.width = header.dim
      this.rows = new VectorRows(Math.floor(vectorBytes / (this.width * FLOAT_BYTES)))
    } else {
      if ((this.rows.size + 1) * this.width * FLOAT_BYTES > vectorBytes) return false
      if (!addFromLine(this.rows, bytes)) {
        const row = rowSchema.safeParse(jsonOfLine(bytes)).data
        if (!row) return false
        this.rows.add(row.candidateId, row.textHash)
      }
    }
    this.indexBytes += length
    return true
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      if (isLocked(thrown))
        throw failureError('busy', l10n.t('Another process holds the embeddings.'), {
          where: this.paths.embeddingsIndex,
          remedy: l10n.t('Try again.'),
        })
      throw new FailureError(toFailure(thrown, this.paths.embeddings), { cause: thrown })
    }
  }
}

const rowOf = ({ id, text }: Embedded): Row => ({ candidateId: id, textHash: textHash(text) })
