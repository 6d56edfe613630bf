// Prefill of the in-place cache: computes a prompt into buffers of its own.
import {
  asSingles,
  type CacheArray,
  type FloatArray,
  freeNow,
  newArray,
  tensorOver,
} from '../runtime/arrays'
import { type Feeds, runInto } from '../runtime/sessions'
import { inputFeeds, int64, ones } from './feeds'
import { bytesPerToken, type CausalGraph } from './graph'
import { PREFILL_CHUNK, type Prefilled } from './kvCache'
import { SharedPrefix } from './sharedPrefix'

export interface InPlacePrompt extends Prefilled {
  /** One per slot of the graph, [heads, length, dim]. */
  readonly buffers: readonly CacheArray[]
}

export class InPlacePrefill {
  private logits: FloatArray = new Float32Array(0)
  private allocatedBytes = 0
  /** The state after a prefix has the shape of a prompt of that length. */
  private readonly prefix = new SharedPrefix<readonly CacheArray[]>((buffers) => this.free(buffers))

  constructor(private readonly graph: CausalGraph) {}

  /** Bytes of all prompt buffers that were not freed, the kept prefix included. */
  get bytes(): number {
    return this.allocatedBytes
  }

  /** Checks `signal` between chunks; frees the buffers when a chunk fails. */
  async compute(tokens: readonly number[], signal: AbortSignal): Promise<InPlacePrompt> {
    const length = tokens.length
    const buffers = this.allocate(length)
    const { from, state, keepAt } = this.prefix.plan(tokens)
    if (state) this.copyTokens(state, from, buffers, length, from)
    let logits: FloatArray
    try {
      logits = await this.runChunks(tokens, from, buffers, signal)
    } catch (thrown) {
      this.free(buffers)
      throw thrown
    }
    if (keepAt > 0) {
      const prefix = this.allocate(keepAt)
      this.copyTokens(buffers, length, prefix, keepAt, keepAt)
      this.prefix.keep(tokens.slice(0, keepAt), prefix)
    }
    const singles = asSingles(logits, new Float32Array(this.graph.vocabularySize))
    return { length, buffers, logits: singles.slice() }
  }

  free(buffers: readonly CacheArray[]): void {
    for (const buffer of buffers) {
      this.allocatedBytes -= buffer.byteLength
      freeNow(buffer)
    }
  }

  /** Frees the kept prefix. */
  clear(): void {
    this.prefix.clear()
  }

  /** Computes the tokens at `start` and after; returns the logits after the last one. */
  private async runChunks(
    tokens: readonly number[],
    start: number,
    buffers: readonly CacheArray[],
    signal: AbortSignal,
  ): Promise<FloatArray> {
    const { graph } = this
    const { vocabularySize, logitsType } = graph
    const cacheFeeds: Feeds = {}
    const outputs: Feeds = {}
    graph.slots.forEach(({ input, output, heads, dim }, slot) => {
      const dims = [1, heads, tokens.length, dim]
      const tensor = tensorOver(graph.cacheType, buffers[slot]!, dims)
      cacheFeeds[input] = tensor
      outputs[output] = tensor
    })
    let logitRows = 0
    for (let from = start; from < tokens.length; from += PREFILL_CHUNK) {
      signal.throwIfAborted()
      const chunk = tokens.slice(from, from + PREFILL_CHUNK)
      logitRows = graph.lastLogitsOnly ? 1 : chunk.length
      const size = logitRows * vocabularySize
      if (this.logits.length < size) this.logits = newArray(logitsType, size)
      const dims = [1, logitRows, vocabularySize]
      outputs['logits'] = tensorOver(logitsType, this.logits.subarray(0, size), dims)
      const positions = int64(chunk.map((_, i) => from + i))
      const inputs = inputFeeds(graph, int64(chunk), ones(from + chunk.length), positions, 1)
      await runInto(graph.session, { ...cacheFeeds, ...inputs }, outputs)
    }
    return this.logits.subarray((logitRows - 1) * vocabularySize, logitRows * vocabularySize)
  }

  /** Buffers for `tokens` tokens of a prompt. */
  private allocate(tokens: number): CacheArray[] {
    const { graph } = this
    this.allocatedBytes += bytesPerToken(graph) * tokens
    return graph.slots.map(({ heads, dim }) => newArray(graph.cacheType, heads * tokens * dim))
  }

  /** Copies the first `count` tokens between buffers of one row each, [heads, tokens, dim]. */
  private copyTokens(
    source: readonly CacheArray[],
    sourceTokens: number,
    target: readonly CacheArray[],
    targetTokens: number,
    count: number,
  ): void {
    this.graph.slots.forEach(({ heads, dim }, slot) => {
      for (let head = 0; head < heads; head++) {
        const start = head * sourceTokens * dim
        const part = source[slot]!.subarray(start, start + count * dim)
        target[slot]!.set(part, head * targetTokens * dim)
      }
    })
  }
}
