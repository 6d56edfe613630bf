// The vectors of prompts and candidates: those of the curation, others from a cache of its own, so
// that an analysis writes nothing to the data folder.
import path from 'node:path'
import { hashOf } from '../core/formats/ids'
import type { Curation } from '../curation/curation'
import { embedderName, embedderRequest, type Engine } from '../curation/engine'
import { type EmbeddedText, embedTexts } from '../curation/selection/embedTexts'
import { EmbeddingStore } from '../store/embeddings'
import { makeFolder } from '../store/files'

export interface TextVectorOptions {
  engine: Engine
  /** Folder of the cache; made where it does not exist. It can be deleted at any time. */
  cache: string
  signal: AbortSignal
}

/** Texts in a request to the engine. */
const TEXTS_AT_ONCE = 256

export class TextVectors {
  private constructor(
    private readonly own: EmbeddingStore,
    private readonly cached: EmbeddingStore,
  ) {}

  /**
   * Embeds what neither the curation nor the cache has.
   * @param texts those whose vectors are needed.
   * @throws FailureError of the engine and the file system.
   */
  static async of(
    curation: Curation,
    texts: readonly EmbeddedText[],
    { engine, cache, signal }: TextVectorOptions,
  ): Promise<TextVectors> {
    const { settings, paths, store } = curation
    const name = embedderName(settings.embedder)
    const base = path.join(cache, hashOf(name))
    await makeFolder(cache)
    const files = { embeddings: `${base}.f32`, embeddingsIndex: `${base}.index.jsonl` }
    const vectors = new TextVectors(
      await store.embeddings(name),
      await EmbeddingStore.open(files, name),
    )
    const missing = texts.filter((text) => !vectors.has(text) && text.text.trim() !== '')
    const embedder = embedderRequest(settings.embedder, paths)
    for (let from = 0; from < missing.length; from += TEXTS_AT_ONCE) {
      const next = missing.slice(from, from + TEXTS_AT_ONCE)
      const { good, rows, dim } = await embedTexts(engine, next, { embedder, signal })
      await vectors.cached.append(good, rows, dim)
    }
    return vectors
  }

  /** Numbers per vector; 0 where there is none. */
  get dim(): number {
    return this.own.dim || this.cached.dim
  }

  /** A text that the embedder refuses has none. */
  has(text: EmbeddedText): boolean {
    return this.own.has(text) || this.cached.has(text)
  }

  /** Row-major. @throws FailureError for a text without a vector, or where files changed. */
  stacked(texts: readonly EmbeddedText[]): Float32Array {
    const { dim, own, cached } = this
    const rows = new Float32Array(texts.length * dim)
    for (const store of [own, cached]) {
      const held = texts.flatMap((text, to) =>
        (own.has(text) ? own : cached) === store ? [{ text, to }] : [],
      )
      if (held.length === 0) continue
      const vectors = store.vectors(held.map(({ text }) => text))
      for (const [from, { to }] of held.entries())
        rows.set(vectors.subarray(from * dim, (from + 1) * dim), to * dim)
    }
    return rows
  }
}
