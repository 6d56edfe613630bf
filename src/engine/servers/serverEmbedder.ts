// An embedding model behind a server with the OpenAI API: maps texts to unit vectors.
import { forEachConcurrently } from '../../async/concurrency'
import type { EmbedResult, LoadedModel } from '../../shared/engineProtocol'
import { failureError } from '../../shared/errors'
import { inChunks } from '../chunks'
import type { EmbedOptions } from '../embedding/embedder'
import type { Connection } from './connection'
import { TimedOut } from './exchange'
import { describeModel, type Identity, listModels } from './identity'
import { Refusal, refusalFailure } from './refusal'

/** Texts per request; a lost response loses no more than these. */
const BATCH = 64
/** Embedded to learn the dimension when all texts are empty. */
const ANY_TEXT = 'a'
const PATH = '/embeddings'

export class ServerEmbedder {
  /** The dimension of the vectors, once it is known. */
  private dim: number | undefined

  constructor(
    private readonly connection: Connection,
    private readonly model: string,
    private readonly identity: Identity,
  ) {}

  get description(): LoadedModel {
    return describeModel(this.connection, this.model, this.identity, 0)
  }

  /**
   * Unit vectors; each distinct text is requested once. The empty text, which servers refuse, has
   * the first unit vector. A text that is too long for the model is truncated.
   * @throws FailureError `server-refused`, `server-unreachable`, `cancelled`.
   */
  async embed(
    texts: readonly string[],
    { signal, onProgress }: EmbedOptions,
  ): Promise<EmbedResult> {
    const distinct = [...new Set(texts)].filter((text) => text.trim() !== '')
    const vectors = new Map<string, readonly number[]>()
    await forEachConcurrently(inChunks(distinct, BATCH), signal, async (batch, either) => {
      const rows = await this.embedBatch(batch, either)
      batch.forEach((text, i) => vectors.set(text, rows[i]!))
      onProgress(vectors.size, distinct.length)
    })
    this.dim =
      vectors.values().next().value?.length ??
      this.dim ??
      (await this.embedBatch([ANY_TEXT], signal))[0]!.length
    const dim = this.dim
    const result = new Float32Array(texts.length * dim)
    for (const [i, text] of texts.entries()) {
      const row = result.subarray(i * dim, (i + 1) * dim)
      setUnit(row, vectors.get(text), this.connection.address)
    }
    return { vectors: result, dim }
  }

  private async embedBatch(
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly number[][]> {
    try {
      return await this.connection.ask({
        method: 'POST',
        path: PATH,
        body: { model: this.model, input: texts, encoding_format: 'float' },
        signal,
        splittable: texts.length > 1,
        read: (value) => readVectors(value, texts.length),
      })
    } catch (thrown) {
      const maySucceedSmaller =
        thrown instanceof TimedOut || (thrown instanceof Refusal && thrown.maySucceedSmaller)
      if (texts.length > 1 && maySucceedSmaller) return this.embedHalves(texts, signal)
      if (!(thrown instanceof Refusal)) throw thrown
      if (thrown.isOverflow) return this.embedTruncated(texts[0]!, signal, thrown)
      const models = await listModels(this.connection, signal).catch(() => null)
      signal.throwIfAborted()
      throw refusalFailure(thrown, {
        address: this.connection.address,
        model: this.model,
        path: PATH,
        models,
      })
    }
  }

  /** After the server refused a batch, because it has too many texts or a text that is too long. */
  private async embedHalves(
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly number[][]> {
    const half = Math.ceil(texts.length / 2)
    return [
      ...(await this.embedBatch(texts.slice(0, half), signal)),
      ...(await this.embedBatch(texts.slice(half), signal)),
    ]
  }

  /** Shortens a text until the server accepts it. */
  private embedTruncated(
    text: string,
    signal: AbortSignal,
    refusal: Refusal,
  ): Promise<readonly number[][]> {
    if (text.length < 2)
      throw refusalFailure(refusal, {
        address: this.connection.address,
        model: this.model,
        path: PATH,
        models: null,
      })
    return this.embedBatch(
      [text.slice(0, Math.floor(text.length * 0.7)).replace(/[\uD800-\uDBFF]$/, '')],
      signal,
    )
  }
}

/** The vectors in order of the texts; null if their number or their dimensions are inconsistent. */
function readVectors(value: unknown, count: number): number[][] | null {
  const { data } = (value ?? {}) as { data?: unknown }
  if (!Array.isArray(data) || data.length !== count) return null
  const rows = new Array<number[] | undefined>(count)
  for (const [i, entry] of (
    data as ({ index?: unknown; embedding?: unknown } | null)[]
  ).entries()) {
    const { index, embedding } = entry ?? {}
    if (!isVector(embedding)) return null
    rows[typeof index === 'number' ? index : i] = embedding
  }
  const present = rows.filter((row) => row !== undefined)
  const isComplete =
    present.length === count && present.every(({ length }) => length === present[0]!.length)
  return isComplete ? present : null
}

const isVector = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === 'number')

/**
 * Writes `vector`, scaled to length 1, to `target`; the first unit vector if it has no direction.
 */
function setUnit(target: Float32Array, vector: readonly number[] | undefined, where: string): void {
  if (!vector) {
    target[0] = 1
    return
  }
  if (vector.length !== target.length)
    throw failureError(
      'server-refused',
      `The server returned vectors of ${target.length} and of ${vector.length} numbers.`,
      { where, remedy: 'Check which model it serves, then start again.' },
    )
  const norm = Math.sqrt(vector.reduce((total, number) => total + number * number, 0))
  if (!(norm > 0)) target[0] = 1
  else vector.forEach((number, i) => (target[i] = number / norm))
}
