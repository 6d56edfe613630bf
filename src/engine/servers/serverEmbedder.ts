// An embedding model behind a server with the OpenAI API: maps texts to unit vectors.
import * as l10n from '@vscode/l10n'
import { forEachConcurrently } from '../../async/concurrency'
import type { EmbedResult, LoadedModel, ServerModelRequest } from '../../shared/engineProtocol'
import { type Failure, FailureError, failureError } from '../../shared/errors'
import { inChunks } from '../chunks'
import type { EmbedOptions } from '../embedding/embedder'
import type { Log } from '../log'
import { type AnotherAnswer, anotherAnswer, isUnreachable, unlessOfAll } from './attribution'
import type { Connection } from './connection'
import { readVectors } from './embeddingAnswer'
import { TimedOut } from './exchange'
import { describeModel, type Identity, listModels } from './identity'
import { ServerRefusal, refusalFailure } from './refusal'

/** Texts per request; a lost response loses no more than these. */
const BATCH = 64
/** For a part of a batch that failed: the whole was tried long enough for a server to restart. */
const PART_TRIES = 3
/** Embedded to learn the dimension when all texts are empty. */
const ANY_TEXT = 'a'
const PATH = '/embeddings'

/** The vector of each text, or why the server refuses it. */
type Rows = readonly (readonly number[] | FailureError)[]

export class ServerEmbedder {
  /** The dimension of the vectors, once it is known. */
  private dim: number | undefined
  private sendsFormat: boolean
  /** Whether the user knows that texts are truncated. */
  private hasToldOfLength = false

  constructor(
    private readonly connection: Connection,
    private readonly request: Pick<ServerModelRequest, 'model' | 'omit' | 'prompt'>,
    private readonly identity: Identity,
    private readonly log: Log,
  ) {
    this.sendsFormat = !request.omit?.includes('encoding_format')
  }

  get description(): LoadedModel {
    return describeModel(this.connection, this.request.model, this.identity, 0)
  }

  /**
   * Unit vectors; each distinct text is requested once. The empty text, which servers refuse, has
   * the first unit vector. A text that is too long for the model is truncated; one that the server
   * does not take is among the refused ones, unless the server takes none.
   * @throws FailureError `prompt-refused` if the server takes no text; `server-refused`,
   *   `server-unreachable`, `cancelled`.
   */
  embed(texts: readonly string[], options: EmbedOptions): Promise<EmbedResult> {
    const { prompt = '' } = this.request
    const isBlank = (text: string): boolean => text.trim() === ''
    return this.embedAsGiven(
      texts.map((text) => (isBlank(text) ? text : prompt + text)),
      options,
    )
  }

  private async embedAsGiven(
    texts: readonly string[],
    { signal, onProgress }: EmbedOptions,
  ): Promise<EmbedResult> {
    const distinct = [...new Set(texts)].filter((text) => text.trim() !== '')
    const vectors = new Map<string, readonly number[]>()
    const refusals = new Map<string, Failure>()
    await forEachConcurrently(inChunks(distinct, BATCH), signal, async (batch, either) => {
      const rows = await this.embedBatch(batch, either)
      for (const [i, text] of batch.entries()) {
        const row = rows[i]!
        if (row instanceof FailureError) refusals.set(text, row.failure)
        else vectors.set(text, row)
      }
      onProgress(vectors.size + refusals.size, distinct.length)
    })
    this.dim = vectors.values().next().value?.length ?? this.dim ?? (await this.anyDim(signal))
    const dim = this.dim
    const result = new Float32Array(texts.length * dim)
    const refused: EmbedResult['refused'] = []
    for (const [i, text] of texts.entries()) {
      const failure = refusals.get(text)
      if (failure) refused.push({ index: i, failure })
      const row = result.subarray(i * dim, (i + 1) * dim)
      setUnit(row, vectors.get(text), this.connection.address)
    }
    return { vectors: result, dim, refused }
  }

  /** @throws FailureError if the server embeds no text. */
  private async anyDim(signal: AbortSignal): Promise<number> {
    const [row] = await this.embedBatch([ANY_TEXT], signal)
    if (row instanceof FailureError) throw row
    return row!.length
  }

  private async embedBatch(
    texts: readonly string[],
    signal: AbortSignal,
    tries?: number,
  ): Promise<Rows> {
    const { sendsFormat } = this
    try {
      const rows = await this.ask(texts, sendsFormat, signal, tries)
      this.sendsFormat &&= sendsFormat
      return rows
    } catch (thrown) {
      if (
        thrown instanceof ServerRefusal &&
        sendsFormat &&
        thrown.isBadRequest &&
        !thrown.isOverflow
      )
        return this.embedWithoutFormat(texts, signal)
      if (texts.length > 1) {
        if (await this.isOfSome(thrown, signal)) return this.embedHalves(texts, signal)
        throw thrown instanceof ServerRefusal
          ? await this.refusalOf(thrown, texts[0]!, signal)
          : thrown
      }
      if (thrown instanceof ServerRefusal && thrown.isOverflow && texts[0]!.length > 1)
        return this.embedTruncated(texts[0]!, signal)
      return [await this.failureOf(thrown, texts[0]!, signal)]
    }
  }

  private ask(
    texts: readonly string[],
    sendsFormat: boolean,
    signal: AbortSignal,
    tries?: number,
  ): Promise<readonly number[][]> {
    return this.connection.ask({
      method: 'POST',
      path: PATH,
      body: {
        model: this.request.model,
        input: texts,
        ...(sendsFormat ? { encoding_format: 'float' } : {}),
      },
      signal,
      ...(tries === undefined ? {} : { tries }),
      splittable: texts.length > 1,
      finalStatuses: (status) => sendsFormat && this.dim === undefined && status === 500,
      read: (value) => readVectors(value, texts.length),
    })
  }

  /** The format is left out for good if the server then embeds the texts. */
  private async embedWithoutFormat(texts: readonly string[], signal: AbortSignal): Promise<Rows> {
    const before = this.sendsFormat
    this.sendsFormat = false
    const rows = await this.embedBatch(texts, signal)
    if (rows.every((row) => row instanceof FailureError)) this.sendsFormat = before
    return rows
  }

  /** Whether a failure may be that of some texts of a batch, or of the size of the batch. */
  private async isOfSome(thrown: unknown, signal: AbortSignal): Promise<boolean> {
    if (thrown instanceof ServerRefusal) return !thrown.isOfAll
    return (
      thrown instanceof TimedOut ||
      (isUnreachable(thrown) && (await this.answerToAnother(signal)) === 'answered')
    )
  }

  /**
   * The failure of one text that the server does not take.
   * @throws what concerns all texts.
   */
  private async failureOf(
    thrown: unknown,
    text: string,
    signal: AbortSignal,
  ): Promise<FailureError> {
    signal.throwIfAborted()
    if (thrown instanceof ServerRefusal) return this.refusalOf(thrown, text, signal)
    const isOfText =
      isUnreachable(thrown) &&
      text !== ANY_TEXT &&
      (await this.answerToAnother(signal)) === 'answered'
    if (!isOfText) throw thrown
    return thrown
  }

  /** @throws FailureError if the server takes no other text. */
  private async refusalOf(
    refusal: ServerRefusal,
    text: string,
    signal: AbortSignal,
  ): Promise<FailureError> {
    const models = await listModels(this.connection, signal).catch(() => null)
    signal.throwIfAborted()
    const { address } = this.connection
    const { model } = this.request
    const answersOthers = this.dim !== undefined
    const failed = refusalFailure(refusal, { address, model, path: PATH, models, answersOthers })
    const another = (): Promise<AnotherAnswer> => this.answerToAnother(signal)
    const judged = text === ANY_TEXT ? failed : await unlessOfAll(failed, another)
    if (judged.failure.code === 'server-refused') throw judged
    return judged
  }

  /** What the server makes of another text. */
  private answerToAnother(signal: AbortSignal): Promise<AnotherAnswer> {
    return anotherAnswer(() => this.ask([ANY_TEXT], this.sendsFormat, signal, 1), signal)
  }

  /** After the server refused a batch, because it has too many texts or a text that is too long. */
  private async embedHalves(texts: readonly string[], signal: AbortSignal): Promise<Rows> {
    const half = Math.ceil(texts.length / 2)
    return [
      ...(await this.embedBatch(texts.slice(0, half), signal, PART_TRIES)),
      ...(await this.embedBatch(texts.slice(half), signal, PART_TRIES)),
    ]
  }

  /** Shortens a text until the server accepts it. */
  private embedTruncated(text: string, signal: AbortSignal): Promise<Rows> {
    if (!this.hasToldOfLength)
      this.log(
        'warn',
        l10n.t`${this.connection.address}: texts that are longer than the embedder takes are truncated.`,
      )
    this.hasToldOfLength = true
    return this.embedBatch(
      [text.slice(0, Math.floor(text.length * 0.7)).replace(/[\uD800-\uDBFF]$/, '')],
      signal,
    )
  }
}

/**
 * Writes `vector`, scaled to length 1, to `target`; the first unit vector for an empty text, and
 * none of numbers if it holds what is none, or zeros alone, as servers send that fail.
 */
function setUnit(target: Float32Array, vector: readonly number[] | undefined, where: string): void {
  if (!vector) {
    target[0] = 1
    return
  }
  if (vector.length !== target.length)
    throw failureError(
      'server-refused',
      l10n.t`The server returned vectors of ${target.length} and of ${vector.length} numbers.`,
      { where, remedy: l10n.t('Check which model it serves, then start again.') },
    )
  const norm = Math.sqrt(vector.reduce((total, number) => total + number * number, 0))
  if (!Number.isFinite(norm) || norm === 0) target.fill(NaN)
  else vector.forEach((number, i) => (target[i] = number / norm))
}
