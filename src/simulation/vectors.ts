// Vectors of many texts, cached in one file per set of texts.
import * as l10n from '@vscode/l10n'
import { createHash } from 'node:crypto'
import { appendFile, readdir, readFile, truncate } from 'node:fs/promises'
import path from 'node:path'
import { embedderRequest, type Engine } from '../curation/engine'
import { failureError } from '../shared/errors'
import { makeFolder } from '../store/files'

/** Texts embedded and cached together; an interrupted run resumes after the last of them. */
const TEXTS_AT_ONCE = 256

export interface Vectors {
  dim: number
  /** The vectors of texts, row-major. */
  stacked: (texts: readonly string[]) => Float32Array
}

export interface VectorOptions {
  /** The embedder as curation files name it. */
  embedder: string
  /** Folder of the cache; made where it does not exist. */
  cache: string
  signal: AbortSignal
  onProgress: (done: number, total: number) => void
}

/**
 * Embeds distinct texts once. The cache can be deleted at any time.
 * @throws FailureError of the engine and the file system; `bad-input` for a text that the embedder
 *   refuses.
 */
export async function vectorsOf(
  engine: Engine,
  given: readonly string[],
  { embedder, cache, signal, onProgress }: VectorOptions,
): Promise<Vectors> {
  const texts = [...new Set(given)]
  const key = createHash('sha256')
    .update(JSON.stringify([embedder, texts]))
    .digest('hex')
  await makeFolder(cache)
  let cached = await cachedRows(cache, key.slice(0, 16))
  const here = process.cwd()
  const request = embedderRequest({ model: embedder }, { base: here, runs: here })
  while (cached.rows < texts.length) {
    signal.throwIfAborted()
    onProgress(cached.rows, texts.length)
    const next = texts.slice(cached.rows, cached.rows + TEXTS_AT_ONCE)
    const result = await engine.request('embed', { embedder: request, texts: next }, { signal })
    const { vectors, dim, refused = [] } = result
    const [first] = refused
    if (first)
      throw failureError(
        'bad-input',
        l10n.t`The embedder refuses a text: ${first.failure.message}`,
        { where: next[first.index]?.slice(0, 80) ?? '' },
      )
    const file = path.join(cache, `${key.slice(0, 16)}.${dim}.f32`)
    await appendFile(file, Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength))
    cached = { file, dim, rows: cached.rows + next.length }
  }
  const { file, dim } = cached
  const bytes = await readFile(file)
  const rows = new Float32Array(texts.length * dim)
  new Uint8Array(rows.buffer).set(bytes.subarray(0, rows.byteLength))
  const places = new Map(texts.map((text, place) => [text, place]))
  return {
    dim,
    stacked: (wanted) => {
      const stacked = new Float32Array(wanted.length * dim)
      for (const [i, text] of wanted.entries()) {
        const place = places.get(text)
        if (place === undefined) throw new Error('This text was not embedded.')
        stacked.set(rows.subarray(place * dim, (place + 1) * dim), i * dim)
      }
      return stacked
    },
  }
}

interface Cached {
  file: string
  dim: number
  /** Whole rows in the file. */
  rows: number
}

/** The name of the file says how many numbers a row has. A torn last row is cut off. */
async function cachedRows(folder: string, key: string): Promise<Cached> {
  const name = (await readdir(folder)).find((one) => one.startsWith(`${key}.`))
  if (name === undefined) return { file: '', dim: 0, rows: 0 }
  const file = path.join(folder, name)
  const dim = Number(name.split('.')[1])
  const { byteLength } = await readFile(file)
  const rows = Math.floor(byteLength / (4 * dim))
  await truncate(file, rows * 4 * dim)
  return { file, dim, rows }
}
