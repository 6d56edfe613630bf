// Vectors of many texts, cached in one file per set of texts.
import * as l10n from '@vscode/l10n'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { hashOf } from '../core/formats/ids'
import { embedderRequest, type Engine } from '../curation/engine'
import { failureError } from '../shared/errors'
import { makeFolder } from '../store/files'
import { FLOAT_BYTES, readFloatRows, sizeOf, writeAt } from '../store/floatRows'

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
  const key = hashOf([embedder, texts])
  await makeFolder(cache)
  let cached = await cachedRows(cache, key)
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
        {
          where: next[first.index]?.slice(0, 80) ?? '',
          remedy: l10n.t('Choose another embedder.'),
        },
      )
    const file = path.join(cache, `${key}.${dim}.f32`)
    const bytes = Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength)
    await writeAt(file, cached.rows * dim * FLOAT_BYTES, bytes)
    cached = { file, dim, rows: cached.rows + next.length }
  }
  const { file, dim } = cached
  const places = new Map(texts.map((text, place) => [text, place]))
  return {
    dim,
    stacked: (wanted) => {
      const rows = wanted.map((text) => {
        const place = places.get(text)
        if (place === undefined) throw new Error('This text was not embedded.')
        return place
      })
      const vectors = readFloatRows(file, rows, dim)
      if (vectors) return vectors
      throw failureError('busy', l10n.t('Another process replaced the vectors.'), {
        where: file,
        remedy: l10n.t('Try again.'),
      })
    },
  }
}

interface Cached {
  file: string
  dim: number
  /** Whole rows in the file. */
  rows: number
}

/** The name of the file says how many numbers a row has. A torn last row does not count. */
async function cachedRows(folder: string, key: string): Promise<Cached> {
  const name = (await readdir(folder)).find((one) => one.startsWith(`${key}.`))
  if (name === undefined) return { file: '', dim: 0, rows: 0 }
  const file = path.join(folder, name)
  const dim = Number(name.split('.')[1])
  const bytes = (await sizeOf(file)) ?? 0
  return { file, dim, rows: Math.floor(bytes / (dim * FLOAT_BYTES)) }
}
