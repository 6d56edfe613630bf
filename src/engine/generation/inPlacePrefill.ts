// Prefill of the in-place cache: computes a prompt into buffers of its own.
import { asSingles, type CacheType, type FloatArray, newArray, tensorOver } from '../runtime/arrays'
import { type Feeds, runInto } from '../runtime/sessions'
import { inputFeeds, int64, ones } from './feeds'
import type { CausalGraph } from './graph'
import type { NextPrompt, Prefilled } from './kvCache'
import { type Buffers, copyTokens, type Place, type PromptBuffers } from './promptBuffers'
import { SharedPrefix } from './sharedPrefix'

export interface InPlacePrompt extends Prefilled {
  readonly buffers: Buffers
}

/** The state after some tokens. */
interface Computed {
  readonly tokens: number
  /** What the graph continues from. */
  readonly cache: Buffers
  /** What decoding continues from, if the graph returns that separately. */
  readonly rounded: Buffers | undefined
}

export class InPlacePrefill {
  private logits: FloatArray = new Float32Array(0)
  private readonly prefix: SharedPrefix<Computed>
  /** The type of the outputs `rounded` of the graph's slots; undefined if there are none. */
  private readonly roundedType: CacheType | undefined

  /** @param chunk the number of tokens that are computed at once. */
  constructor(
    private readonly graph: CausalGraph,
    private readonly chunk: number,
    private readonly memory: PromptBuffers,
  ) {
    this.prefix = new SharedPrefix(chunk, (state) => this.free(state))
    this.roundedType = graph.slots.every(({ rounded }) => rounded) ? 'int8' : undefined
  }

  /**
   * Checks `signal` between chunks; frees the buffers when a chunk fails.
   */
  async compute(
    tokens: readonly number[],
    signal: AbortSignal,
    next: NextPrompt,
  ): Promise<InPlacePrompt> {
    const { length } = tokens
    const computed = this.allocate(length)
    const { from, state, keepAt } = this.prefix.plan(tokens, next)
    if (state) this.copy(state, computed)
    let logits: FloatArray
    try {
      logits = await this.runChunks(tokens, from, computed, signal)
    } catch (thrown) {
      this.free(computed)
      throw thrown
    }
    const keptLength = keepAt()
    if (keptLength > 0) {
      const prefix = this.allocate(keptLength)
      this.copy(computed, prefix)
      this.prefix.keep(tokens.slice(0, keptLength), prefix)
    }
    const { cache, rounded } = computed
    if (rounded) this.memory.freeTemporary(cache)
    const singles = asSingles(logits, new Float32Array(this.graph.vocabularySize))
    return { length, buffers: rounded ?? cache, logits: singles.slice() }
  }

  /** Frees the kept prefix. */
  clear(): void {
    this.prefix.clear()
  }

  /** Computes the tokens at `start` and after; returns the logits after the last one. */
  private async runChunks(
    tokens: readonly number[],
    start: number,
    { cache, rounded }: Computed,
    signal: AbortSignal,
  ): Promise<FloatArray> {
    const { graph } = this
    const { vocabularySize, logitsType } = graph
    const cacheFeeds: Feeds = {}
    const outputs: Feeds = {}
    graph.slots.forEach(({ input, output, heads, dim }, slot) => {
      const dims = [1, heads, tokens.length, dim]
      const tensor = tensorOver(graph.cacheType, cache[slot]!, dims)
      cacheFeeds[input] = tensor
      outputs[output] = tensor
    })
    let logitRows = 0
    for (let from = start; from < tokens.length; from += this.chunk) {
      signal.throwIfAborted()
      const chunk = tokens.slice(from, from + this.chunk)
      logitRows = graph.lastLogitsOnly ? 1 : chunk.length
      const size = logitRows * vocabularySize
      if (this.logits.length < size) this.logits = newArray(logitsType, size)
      const dims = [1, logitRows, vocabularySize]
      outputs['logits'] = tensorOver(logitsType, this.logits.subarray(0, size), dims)
      const positions = int64(chunk.map((_, i) => from + i))
      const inputs = inputFeeds(graph, int64(chunk), ones(from + chunk.length), positions, 1)
      const feeds = { ...cacheFeeds, ...inputs }
      if (rounded) {
        const target = { buffers: rounded, tokens: tokens.length, from }
        await this.runRounding(feeds, outputs, chunk.length, target)
      } else await runInto(graph.session, feeds, outputs)
    }
    return this.logits.subarray((logitRows - 1) * vocabularySize, logitRows * vocabularySize)
  }

  /** Runs the graph on `count` tokens and copies their rounded keys and values to `target`. */
  private async runRounding(
    feeds: Feeds,
    outputs: Feeds,
    count: number,
    target: Place,
  ): Promise<void> {
    const { slots, session } = this.graph
    const type = this.roundedType!
    const rounded = slots.map(({ heads, dim }) => newArray(type, heads * count * dim))
    slots.forEach(({ heads, dim, rounded: name }, slot) => {
      outputs[name!] = tensorOver(type, rounded[slot]!, [1, heads, count, dim])
    })
    await runInto(session, feeds, outputs)
    copyTokens(slots, { buffers: rounded, tokens: count, from: 0 }, target, count)
  }

  private allocate(tokens: number): Computed {
    const { slots, cacheType } = this.graph
    const { memory, roundedType } = this
    const cache = memory.allocate(slots, cacheType, tokens)
    const rounded = roundedType && memory.allocate(slots, roundedType, tokens)
    return { tokens, cache, rounded }
  }

  private free({ cache, rounded }: Computed): void {
    this.memory.free(cache)
    if (rounded) this.memory.free(rounded)
  }

  /** Copies the tokens that both have room for. */
  private copy(source: Computed, target: Computed): void {
    const count = Math.min(source.tokens, target.tokens)
    for (const kind of ['cache', 'rounded'] as const) {
      const [from, to] = [source[kind], target[kind]]
      if (!from || !to) continue
      const place = { tokens: source.tokens, from: 0, buffers: from }
      copyTokens(this.graph.slots, place, { ...target, from: 0, buffers: to }, count)
    }
  }
}
