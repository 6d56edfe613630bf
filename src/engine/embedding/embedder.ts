// A loaded embedding model: maps texts to unit vectors.
import type { Device } from '../../shared/domain'
import type { EmbedResult } from '../../shared/engineProtocol'
import { forEachConcurrently } from '../../async/concurrency'
import type { Log } from '../log'
import { readModelConfig } from '../models/modelConfig'
import type { StoredModel } from '../models/modelStore'
import { batchesByLength } from './batches'
import { EmbedderTokenizer } from './embedderTokenizer'
import { loadEmbedders, type ParallelEmbedders } from './parallelEmbedders'
import { readSentenceModel } from './sentenceModel'

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
  private constructor(
    /** In tokens; null if the model does not say. */
    readonly contextLength: number | null,
    private readonly batches: ParallelEmbedders,
    private readonly tokenizer: EmbedderTokenizer,
    private note: string | undefined,
  ) {}

  /**
   * @param threads 0 means one per physical core.
   * @param prompt put before every text; by default that of the folder.
   * @throws FailureError for faults of the model.
   */
  static async load(
    { folder, graph }: Pick<StoredModel, 'folder' | 'graph'>,
    device: Device,
    threads: number,
    log: Log,
    prompt?: string,
  ): Promise<Embedder> {
    const config = await readModelConfig(folder)
    const { max_position_embeddings: positions } = config
    const batches = await loadEmbedders({ stored: { folder, graph }, device, threads }, log)
    try {
      const sentence = await readSentenceModel(folder, config, await batches.start(), prompt)
      const limits = [positions, sentence.maxTokens].filter((limit) => typeof limit === 'number')
      const maxTokens = Math.min(...limits, Infinity)
      const embedder = new Embedder(
        limits.length > 0 ? maxTokens : null,
        batches,
        await EmbedderTokenizer.load(folder, maxTokens, sentence),
        sentence.note,
      )
      await embedder.embed([''], {
        signal: new AbortController().signal,
        onProgress: () => undefined,
      })
      return embedder
    } catch (thrown) {
      await batches.dispose()
      throw thrown
    }
  }

  async dispose(): Promise<void> {
    await this.batches.dispose()
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
    const { promptTokens } = this.tokenizer
    let done = 0
    const batches = batchesByLength(
      tokens.map((ids) => ids.length),
      this.batches.tokensPerRun,
    )
    await forEachConcurrently(
      batches,
      signal,
      async ({ length, members }, either) => {
        const batch = { texts: members.map((member) => tokens[member]!), length }
        const vectors = await this.batches.embed({ ...batch, promptTokens }, either)
        members.forEach((member, i) => (rows[member] = vectors[i]!))
        onProgress((done += members.length), distinct.length)
      },
      { width: () => this.batches.width },
    )
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
}
