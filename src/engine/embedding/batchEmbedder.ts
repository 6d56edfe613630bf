// The vectors of texts of one length: a graph, pooling, and what follows it.
import type { Device } from '../../shared/domain'
import { readModelConfig } from '../models/modelConfig'
import type { StoredModel } from '../models/modelStore'
import { loadSession } from '../models/session'
import { release } from '../runtime/sessions'
import { normalized } from './layers'
import { readSentenceModel, type SentenceModel } from './sentenceModel'
import { TextGraph } from './textGraph'

/** What a graph of an embedding model is loaded from, and with. */
export interface EmbeddingSetup {
  stored: Pick<StoredModel, 'folder' | 'graph'>
  device: Device
  /** 0 means one per physical core. */
  threads: number
}

/** Texts of one length, as tokens. */
export interface TextBatch {
  texts: readonly (readonly number[])[]
  /** Tokens of each text. */
  length: number
  /** How many tokens at the start of each text are not pooled. */
  promptTokens: number
}

export interface BatchEmbedder {
  /** Loads the model, unless that is done; whether its graph pools. */
  start(): Promise<boolean>
  /** One vector per text, scaled to length 1; empty arrays if the texts have no tokens. */
  embed(batch: TextBatch, signal: AbortSignal): Promise<Float32Array[]>
  dispose(): Promise<unknown>
}

/** Computes in this thread. */
export class GraphEmbedder implements BatchEmbedder {
  private constructor(
    readonly dispose: () => Promise<unknown>,
    private readonly graph: TextGraph,
    private readonly sentence: Pick<SentenceModel, 'pooling' | 'layers'>,
  ) {}

  /** @throws FailureError for faults of the model. */
  static async load({ stored, device, threads }: EmbeddingSetup): Promise<GraphEmbedder> {
    const config = await readModelConfig(stored.folder)
    const session = await loadSession(stored, device, threads)
    try {
      const graph = new TextGraph(session, config, stored.folder)
      const sentence = await readSentenceModel(stored.folder, config, graph.pools)
      return new GraphEmbedder(() => release(session), graph, sentence)
    } catch (thrown) {
      await release(session)
      throw thrown
    }
  }

  start(): Promise<boolean> {
    return Promise.resolve(this.graph.pools)
  }

  async embed(
    { texts, length, promptTokens }: TextBatch,
    signal: AbortSignal,
  ): Promise<Float32Array[]> {
    signal.throwIfAborted()
    if (length === 0) return texts.map(() => new Float32Array(0))
    const { values, dim } = await this.graph.run(texts, length)
    const size = values.length / texts.length
    const { pooling, layers } = this.sentence
    return texts.map((_, i) => {
      const pooled = pooling(values.subarray(i * size, (i + 1) * size), dim, promptTokens)
      return normalized(layers.reduce((vector, layer) => layer(vector), pooled))
    })
  }
}
