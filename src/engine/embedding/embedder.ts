// A loaded embedding model: maps texts to unit vectors.
import { AutoModel } from '@huggingface/transformers'
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import type { Device } from '../../shared/domain'
import type { EmbedResult } from '../../shared/engineProtocol'
import { failureError } from '../../shared/errors'
import { readModelJson } from '../models/modelFolder'
import type { StoredModel } from '../models/modelStore'
import { loadSession } from '../models/session'
import { asSingles, type FloatArray } from '../runtime/arrays'
import { run } from '../runtime/sessions'
import { batchesByLength } from './batches'
import { type Pooling, readPooling } from './pooling'
import { EmbedderTokenizer } from './embedderTokenizer'

/** Tokens per run: enough to use all cores, and well under a second of work. */
const TOKENS_PER_RUN = 2048
const HIDDEN_STATES = ['last_hidden_state', 'token_embeddings']

export interface EmbedOptions {
  signal: AbortSignal
  /** Counts distinct texts. */
  onProgress: (done: number, total: number) => void
}

/**
 * The last hidden states, pooled as the model's configuration says and scaled to length 1. Texts
 * longer than the model's context are truncated. The empty text has the vector of its special
 * tokens; if the tokenizer adds none, the first unit vector.
 *
 * A batch holds texts of one token count, without padding. If the graph has no quantisation that
 * spans a batch, as in the embedded model, the bits of a vector depend on its text alone.
 */
export class Embedder {
  private constructor(
    readonly contextLength: number | null,
    readonly dispose: () => Promise<unknown>,
    private readonly session: InferenceSession,
    private readonly output: string,
    private readonly encoder: EmbedderTokenizer,
    private readonly pooling: Pooling,
  ) {}

  static async load(
    { folder, variant }: StoredModel,
    device: Device,
    threads: number,
  ): Promise<Embedder> {
    const { max_position_embeddings: positions } = await readModelJson(folder, 'config.json')
    const { max_seq_length: sequence } = await readModelJson(
      folder,
      'sentence_bert_config.json',
      true,
    )
    const pooling = await readPooling(folder)
    const limits = [positions, sequence].filter((limit) => typeof limit === 'number')
    const { session, dispose } = await loadSession(AutoModel, { folder, variant }, device, threads)
    try {
      const output = HIDDEN_STATES.find((name) => session.outputNames.includes(name))
      if (!output)
        throw failureError('bad-input', 'The model gives no hidden states to embed texts with.', {
          where: folder,
          remedy: 'Choose a sentence embedding model.',
        })
      const maxTokens = Math.min(...limits, Infinity)
      const embedder = new Embedder(
        limits.length > 0 ? maxTokens : null,
        dispose,
        session,
        output,
        await EmbedderTokenizer.load(folder, maxTokens),
        pooling,
      )
      await embedder.embed([''], {
        signal: new AbortController().signal,
        onProgress: () => undefined,
      })
      return embedder
    } catch (thrown) {
      await dispose()
      throw thrown
    }
  }

  async embed(
    texts: readonly string[],
    { signal, onProgress }: EmbedOptions,
  ): Promise<EmbedResult> {
    const distinct = [...new Set(texts)]
    const tokens = distinct.map((text) => this.encoder.tokens(text))
    const rows = new Array<Float32Array>(distinct.length)
    let done = 0
    for (const { length, members } of batchesByLength(
      tokens.map((ids) => ids.length),
      TOKENS_PER_RUN,
    )) {
      signal.throwIfAborted()
      const vectors = await this.embedBatch(
        members.map((member) => tokens[member]!),
        length,
      )
      members.forEach((member, i) => (rows[member] = vectors[i]!))
      onProgress((done += members.length), distinct.length)
    }
    const dim = rows.find((row) => row.length > 0)?.length ?? 0
    const vectors = new Float32Array(texts.length * dim)
    const rowOf = new Map(distinct.map((text, i) => [text, rows[i]!]))
    texts.forEach((text, i) => {
      const row = rowOf.get(text)!
      if (row.length > 0) vectors.set(row, i * dim)
      else if (dim > 0) vectors[i * dim] = 1
    })
    return { vectors, dim }
  }

  /** One vector per text of `length` tokens; empty arrays if `length` is 0. */
  private async embedBatch(texts: readonly number[][], length: number): Promise<Float32Array[]> {
    if (length === 0) return texts.map(() => new Float32Array(0))
    const dims = [texts.length, length]
    const feeds: Record<string, Tensor> = {
      input_ids: new Tensor('int64', BigInt64Array.from(texts.flat(), BigInt), dims),
    }
    if (this.session.inputNames.includes('attention_mask'))
      feeds['attention_mask'] = new Tensor(
        'int64',
        new BigInt64Array(texts.length * length).fill(1n),
        dims,
      )
    if (this.session.inputNames.includes('token_type_ids'))
      feeds['token_type_ids'] = new Tensor('int64', new BigInt64Array(texts.length * length), dims)
    const states = (await run(this.session, feeds, [this.output]))[this.output]!
    const dim = states.dims[2]!
    const values = asSingles(states.data as FloatArray)
    return texts.map((_, i) =>
      unitMean(this.pooling(values.subarray(i * length * dim, (i + 1) * length * dim), dim), dim),
    )
  }
}

/** The mean of row-major vectors of `dim` numbers, scaled to length 1. */
function unitMean(values: Float32Array, dim: number): Float32Array {
  const sums = new Float64Array(dim)
  for (let i = 0; i < values.length; i += dim)
    for (let d = 0; d < dim; d++) sums[d]! += values[i + d]!
  const norm = Math.sqrt(sums.reduce((total, sum) => total + sum * sum, 0))
  return Float32Array.from(sums, (sum) => sum / norm)
}
