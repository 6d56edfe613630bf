// A loaded embedding model: maps texts to unit vectors.
import type { Device } from '../../shared/domain'
import type { EmbedResult } from '../../shared/engineProtocol'
import { readModelConfig } from '../models/modelConfig'
import type { StoredModel } from '../models/modelStore'
import { loadSession } from '../models/session'
import { batchesByLength } from './batches'
import { EmbedderTokenizer } from './embedderTokenizer'
import { normalized } from './layers'
import { readSentenceModel, type SentenceModel } from './sentenceModel'
import { TextGraph } from './textGraph'

/** Tokens per run: enough to use all cores, and well under a second of work. */
const TOKENS_PER_RUN = 2048

export interface EmbedOptions {
  signal: AbortSignal
  /** Counts distinct texts. */
  onProgress: (done: number, total: number) => void
}

/**
 * The vectors that sentence-transformers computes for the same model folder, scaled to length 1.
 * Texts longer than the model's context are truncated. The empty text has the vector of its special
 * tokens; if the tokenizer adds none, the first unit vector.
 *
 * A batch holds texts of one token count, without padding. If the graph has no quantisation that
 * spans a batch, as in the embedded model, the bits of a vector depend on its text alone.
 */
export class Embedder {
  private note: string | undefined

  private constructor(
    /** In tokens; null if the model does not say. */
    readonly contextLength: number | null,
    readonly dispose: () => Promise<unknown>,
    private readonly graph: TextGraph,
    private readonly tokenizer: EmbedderTokenizer,
    private readonly sentence: SentenceModel,
  ) {
    this.note = sentence.note
  }

  /**
   * @param prompt put before every text; by default that of the folder.
   * @throws FailureError for faults of the model.
   */
  static async load(
    { folder, graph }: Pick<StoredModel, 'folder' | 'graph'>,
    device: Device,
    threads: number,
    prompt?: string,
  ): Promise<Embedder> {
    const config = await readModelConfig(folder)
    const { max_position_embeddings: positions } = config
    const session = await loadSession({ folder, graph }, device, threads)
    const dispose = (): Promise<unknown> => session.release()
    try {
      const textGraph = new TextGraph(session, config, folder)
      const sentence = await readSentenceModel(folder, config, textGraph.pools, prompt)
      const limits = [positions, sentence.maxTokens].filter((limit) => typeof limit === 'number')
      const maxTokens = Math.min(...limits, Infinity)
      const embedder = new Embedder(
        limits.length > 0 ? maxTokens : null,
        dispose,
        textGraph,
        await EmbedderTokenizer.load(folder, maxTokens, sentence),
        sentence,
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

  /** What was taken although the model does not say it, the first time; then undefined. */
  takeNote(): string | undefined {
    const { note } = this
    this.note = undefined
    return note
  }

  async embed(
    texts: readonly string[],
    { signal, onProgress }: EmbedOptions,
  ): Promise<EmbedResult> {
    const distinct = [...new Set(texts)]
    const tokens = distinct.map((text) => this.tokenizer.tokens(text))
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
    const { values, dim } = await this.graph.run(texts, length)
    const size = values.length / texts.length
    return texts.map((_, i) => this.textVector(values.subarray(i * size, (i + 1) * size), dim))
  }

  private textVector(values: Float32Array, dim: number): Float32Array {
    const { pooling, layers } = this.sentence
    const pooled = pooling(values, dim, this.tokenizer.promptTokens)
    return normalized(layers.reduce((vector, layer) => layer(vector), pooled))
  }
}
