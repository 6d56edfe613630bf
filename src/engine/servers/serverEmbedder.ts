// An embedding model behind a server with the OpenAI API: texts to unit vectors.
import { forEachConcurrently } from '../../async/concurrency'
import type { EmbedResult, LoadedModel } from '../../shared/engineProtocol'
import { failureError } from '../../shared/errors'
import { inChunks } from '../chunks'
import type { EmbedOptions } from '../embedding/embedder'
import type { Connection } from './connection'
import { TooLate } from './exchange'
import { type Identity, listModels } from './identity'
import { Refusal, refused } from './refusal'

/** Texts of one request: few enough that an answer lost is soon made again. */
const BATCH = 64
/** Asked for where all texts are empty, to know how long a vector is. */
const ANY_TEXT = 'a'
const PATH = '/embeddings'

export class ServerEmbedder {
  /** Numbers in a vector, once it is known. */
  private dim: number | undefined

  constructor(
    private readonly connection: Connection,
    private readonly model: string,
    private readonly identity: Identity,
  ) {}

  get description(): LoadedModel {
    const { contextLength, name } = this.identity
    return {
      model: this.model,
      device: 'server',
      reason: '',
      contextLength,
      candidatesInFlight: 0,
      server: { address: this.connection.address, software: name },
    }
  }

  /**
   * Vectors of length 1, each distinct text asked for once. The empty text, which servers refuse,
   * has the first unit vector; of a text that is too long for the model as much of its beginning
   * counts as fits.
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
      batch.forEach((text, place) => vectors.set(text, rows[place] ?? []))
      onProgress(vectors.size, distinct.length)
    })
    this.dim =
      vectors.values().next().value?.length ??
      this.dim ??
      (await this.embedBatch([ANY_TEXT], signal))[0]?.length ??
      0
    const dim = this.dim
    const result = new Float32Array(texts.length * dim)
    for (const [place, text] of texts.entries())
      setUnit(
        result.subarray(place * dim, (place + 1) * dim),
        vectors.get(text),
        this.connection.address,
      )
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
        divisible: texts.length > 1,
        read: (value) => readVectors(value, texts.length),
      })
    } catch (thrown) {
      const isOfSize = thrown instanceof TooLate || (thrown instanceof Refusal && thrown.isOfSize)
      if (texts.length > 1 && isOfSize) return this.embedHalves(texts, signal)
      if (!(thrown instanceof Refusal)) throw thrown
      if (thrown.isOverflow) return this.embedShorter(texts[0] ?? '', signal, thrown)
      const models = await listModels(this.connection, signal).catch(() => null)
      signal.throwIfAborted()
      throw refused(thrown, {
        address: this.connection.address,
        model: this.model,
        path: PATH,
        models,
      })
    }
  }

  /** The server takes fewer texts at once, or a shorter one than is among them. */
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

  /** A text that does not fit loses its end until it does. */
  private embedShorter(
    text: string,
    signal: AbortSignal,
    refusal: Refusal,
  ): Promise<readonly number[][]> {
    if (text.length < 2)
      throw refused(refusal, {
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

/**
 * The vectors in the order of the texts; null for another number of them, or of another width than
 * the first.
 */
function readVectors(value: unknown, count: number): number[][] | null {
  const { data } = (value ?? {}) as { data?: unknown }
  if (!Array.isArray(data) || data.length !== count) return null
  const rows = new Array<number[] | undefined>(count)
  for (const [place, entry] of (
    data as ({ index?: unknown; embedding?: unknown } | null)[]
  ).entries()) {
    const { index, embedding } = entry ?? {}
    if (!isVector(embedding)) return null
    rows[typeof index === 'number' ? index : place] = embedding
  }
  const whole = rows.filter((row) => row !== undefined)
  return whole.length === count && whole.every(({ length }) => length === whole[0]?.length)
    ? whole
    : null
}

const isVector = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === 'number')

function setUnit(target: Float32Array, vector: readonly number[] | undefined, where: string): void {
  if (!vector) {
    target[0] = 1
    return
  }
  if (vector.length !== target.length)
    throw failureError(
      'server-refused',
      `The server gave vectors of ${target.length} and of ${vector.length} numbers.`,
      { where, remedy: 'See which model it serves.' },
    )
  const norm = Math.sqrt(vector.reduce((total, number) => total + number * number, 0))
  if (!(norm > 0)) target[0] = 1
  else vector.forEach((number, place) => (target[place] = number / norm))
}
