// Keys and values in one buffer per layer that the graph reads and extends in place: nothing is
// copied from step to step.
import {
  asSingles,
  type CacheArray,
  type FloatArray,
  freeNow,
  newArray,
  tensorOver,
} from '../runtime/arrays'
import { type Feeds, runInto } from '../runtime/sessions'
import { inputFeeds, int64 } from './feeds'
import { bytesPerToken, type CausalGraph } from './graph'
import {
  type CacheLimits,
  type KvCache,
  MIN_ROWS,
  PREFILL_CHUNK,
  type Prefilled,
  TOKEN_STEP,
} from './kvCache'
import { SharedPrefix } from './sharedPrefix'

export interface InPlacePrompt extends Prefilled {
  /** One per slot of the graph, [heads, length, dim]. */
  readonly buffers: CacheArray[]
}

/**
 * For graphs whose attention (ONNX Runtime's GroupQueryAttention) takes the length of each row from
 * the attention mask and appends to the past where the past is also the output. Rows are padded on
 * the right, so rows of any length and any prompt share a batch; a batch of b rows is the first b
 * rows of the buffers, [rows, heads, tokens, dim] each.
 */
export class InPlaceCache implements KvCache<InPlacePrompt> {
  rows = 0
  #capacity = { rows: 0, tokens: 0 }
  #buffers: CacheArray[] = []
  /** Tokens of each row so far, and at most. */
  readonly #lengths: number[] = []
  readonly #limits: number[] = []
  /**
   * [rows, capacity tokens] of int64: a row has ones up to its length. `#maskWords` are its 32-bit
   * halves, the low ones first.
   */
  #mask = new BigInt64Array(0)
  #maskWords = new Int32Array(0)
  #ids = new BigInt64Array(0)
  #positions = new BigInt64Array(0)
  #logits: FloatArray = new Float32Array(0)
  #widened = new Float32Array(0)
  #bound: { rows: number; feeds: Feeds; outputs: Feeds } | undefined
  #prefillLogits: FloatArray = new Float32Array(0)
  /** Bytes of the buffers of prompts and of their shared beginning. */
  #promptBytes = 0
  /** The buffers of a prompt's beginning, as of a prompt of that length. */
  readonly #prefix = new SharedPrefix<CacheArray[]>((buffers) => this.#free(buffers))

  constructor(
    private readonly graph: CausalGraph,
    private readonly limits: CacheLimits,
  ) {}

  async prefill(tokens: readonly number[], signal: AbortSignal): Promise<InPlacePrompt> {
    const { graph } = this
    const { vocabularySize, logitsType } = graph
    const length = tokens.length
    const buffers = this.#promptBuffers(length)
    const cacheFeeds: Feeds = {}
    const outputs: Feeds = {}
    graph.slots.forEach(({ input, output, heads, dim }, i) => {
      const tensor = tensorOver(graph.cacheType, buffers[i] ?? newArray(graph.cacheType, 0), [
        1,
        heads,
        length,
        dim,
      ])
      cacheFeeds[input] = tensor
      outputs[output] = tensor
    })
    const { from, state, keepAt } = this.#prefix.plan(tokens)
    if (state) this.#copyTokens(state, from, buffers, length, from)
    let kept = 0
    try {
      for (let start = from; start < length; start += PREFILL_CHUNK) {
        signal.throwIfAborted()
        const chunk = tokens.slice(start, start + PREFILL_CHUNK)
        const end = start + chunk.length
        kept = graph.lastLogitsOnly ? 1 : chunk.length
        if (this.#prefillLogits.length < kept * vocabularySize)
          this.#prefillLogits = newArray(logitsType, kept * vocabularySize)
        outputs['logits'] = tensorOver(
          logitsType,
          this.#prefillLogits.subarray(0, kept * vocabularySize),
          [1, kept, vocabularySize],
        )
        const feeds = {
          ...cacheFeeds,
          ...inputFeeds(
            graph,
            int64(chunk),
            new BigInt64Array(end).fill(1n),
            int64(chunk.map((_, i) => start + i)),
            1,
          ),
        }
        await runInto(graph.session, feeds, outputs)
      }
    } catch (thrown) {
      this.#free(buffers)
      throw thrown
    }
    if (keepAt > 0) {
      const beginning = this.#promptBuffers(keepAt)
      this.#copyTokens(buffers, length, beginning, keepAt, keepAt)
      this.#prefix.keep(tokens.slice(0, keepAt), beginning)
    }
    const last = this.#prefillLogits.subarray((kept - 1) * vocabularySize, kept * vocabularySize)
    return { length, buffers, logits: asSingles(last, new Float32Array(vocabularySize)).slice() }
  }

  room(limit: number): number {
    return Math.max(0, this.#mostRows(this.#tokensFor(limit)) - this.rows)
  }

  admit(prompt: InPlacePrompt, count: number, limit: number): Promise<void> {
    const tokens = this.#tokensFor(limit)
    this.#reserve(this.rows + count, tokens, this.#mostRows(tokens))
    for (let i = 0; i < count; i++) this.#place(prompt, limit)
    return Promise.resolve()
  }

  drop(row: number): void {
    const last = this.rows - 1
    if (row !== last) {
      const length = this.#lengths[last] ?? 0
      this.#eachHead((buffer, dim, head, heads) => {
        const stride = this.#capacity.tokens * dim
        const from = (last * heads + head) * stride
        buffer.copyWithin((row * heads + head) * stride, from, from + length * dim)
      })
      this.#lengths[row] = length
      this.#limits[row] = this.#limits[last] ?? 0
      this.#fillMask(row)
    }
    this.#lengths.pop()
    this.#limits.pop()
    this.rows = last
  }

  async step(tokens: Int32Array): Promise<Float32Array> {
    const rows = Math.max(this.rows, MIN_ROWS)
    for (let row = 0; row < this.rows; row++) {
      const length = this.#lengths[row] ?? 0
      this.#ids[row] = BigInt(tokens[row] ?? 0)
      this.#positions[row] = BigInt(length)
      this.#maskWords[2 * (row * this.#capacity.tokens + length)] = 1
      this.#lengths[row] = length + 1
    }
    if (rows > this.rows) this.#makeIdle(this.rows)
    if (this.#bound?.rows !== rows) this.#bind(rows)
    if (this.#bound) await runInto(this.graph.session, this.#bound.feeds, this.#bound.outputs)
    return asSingles(this.#logits, this.#widened).subarray(0, this.rows * this.graph.vocabularySize)
  }

  release({ buffers }: InPlacePrompt): void {
    this.#free(buffers)
  }

  clear(): void {
    this.rows = 0
    this.#prefix.clear()
    this.#lengths.length = 0
    this.#limits.length = 0
    this.#buffers.forEach(freeNow)
    this.#buffers = []
    this.#capacity = { rows: 0, tokens: 0 }
    this.#bound = undefined
  }

  /** For a prompt of so many tokens, or the beginning of one. */
  #promptBuffers(tokens: number): CacheArray[] {
    this.#promptBytes += bytesPerToken(this.graph) * tokens
    return this.graph.slots.map(({ heads, dim }) =>
      newArray(this.graph.cacheType, heads * tokens * dim),
    )
  }

  #free(buffers: readonly CacheArray[]): void {
    for (const buffer of buffers) {
      this.#promptBytes -= buffer.byteLength
      freeNow(buffer)
    }
  }

  /** Copies the first `count` tokens between buffers of one row each, [heads, tokens, dim]. */
  #copyTokens(
    source: readonly CacheArray[],
    sourceTokens: number,
    target: readonly CacheArray[],
    targetTokens: number,
    count: number,
  ): void {
    this.graph.slots.forEach(({ heads, dim }, slot) => {
      for (let head = 0; head < heads; head++) {
        const start = head * sourceTokens * dim
        const part = source[slot]?.subarray(start, start + count * dim)
        if (part) target[slot]?.set(part, head * targetTokens * dim)
      }
    })
  }

  /** Tokens per row to allocate when a row of at most `limit` tokens joins. */
  #tokensFor(limit: number): number {
    return Math.ceil(Math.max(limit, ...this.#limits) / TOKEN_STEP) * TOKEN_STEP
  }

  /** At least one row runs, however long. */
  #mostRows(tokens: number): number {
    return Math.max(
      1,
      Math.min(
        this.limits.maxRows,
        Math.floor((this.limits.bytes - this.#promptBytes) / (bytesPerToken(this.graph) * tokens)),
      ),
    )
  }

  /**
   * Makes room for `rows` rows of `tokens` tokens, moving what is there. Grows by doubling, up to
   * `most` rows; a prompt computed since there was room for these may have lowered that.
   */
  #reserve(rows: number, tokens: number, most: number): void {
    const old = this.#capacity
    if (rows <= old.rows && tokens <= old.tokens) return
    const capacity = {
      rows: Math.max(MIN_ROWS, rows, Math.min(most, 2 ** Math.ceil(Math.log2(rows)))),
      tokens,
    }
    const { graph } = this
    graph.slots.forEach(({ heads, dim }, i) => {
      const previous = this.#buffers[i]
      const buffer = newArray(graph.cacheType, capacity.rows * heads * tokens * dim)
      for (let row = 0; row < this.rows; row++) {
        for (let head = row * heads; head < (row + 1) * heads; head++) {
          const from = head * old.tokens * dim
          if (previous)
            buffer.set(
              previous.subarray(from, from + (this.#lengths[row] ?? 0) * dim),
              head * tokens * dim,
            )
        }
      }
      if (previous) freeNow(previous)
      this.#buffers[i] = buffer
    })
    this.#capacity = capacity
    this.#bound = undefined
    this.#mask = new BigInt64Array(capacity.rows * tokens)
    this.#maskWords = new Int32Array(this.#mask.buffer)
    for (let row = 0; row < this.rows; row++) this.#fillMask(row)
    this.#ids = new BigInt64Array(capacity.rows)
    this.#positions = new BigInt64Array(capacity.rows)
    this.#logits = newArray(graph.logitsType, capacity.rows * graph.vocabularySize)
    this.#widened =
      graph.logitsType === 'float16' ? new Float32Array(this.#logits.length) : this.#widened
  }

  /** Adds a row that continues `prompt`. */
  #place({ length, buffers }: InPlacePrompt, limit: number): void {
    const row = this.rows++
    this.#eachHead((buffer, dim, head, heads, slot) => {
      const source = buffers[slot]?.subarray(head * length * dim, (head + 1) * length * dim)
      if (source) buffer.set(source, (row * heads + head) * this.#capacity.tokens * dim)
    })
    this.#lengths[row] = length
    this.#limits[row] = limit
    this.#fillMask(row)
  }

  #eachHead(
    visit: (buffer: CacheArray, dim: number, head: number, heads: number, slot: number) => void,
  ): void {
    this.graph.slots.forEach(({ heads, dim }, slot) => {
      const buffer = this.#buffers[slot]
      for (let head = 0; buffer && head < heads; head++) visit(buffer, dim, head, heads, slot)
    })
  }

  #fillMask(row: number): void {
    const start = row * this.#capacity.tokens
    const end = start + (this.#lengths[row] ?? 0)
    this.#mask.fill(1n, start, end).fill(0n, end, start + this.#capacity.tokens)
  }

  /** Sets up a row that is computed only for company. */
  #makeIdle(row: number): void {
    const start = row * this.#capacity.tokens
    this.#mask.fill(0n, start, start + this.#capacity.tokens)
    this.#mask[start] = 1n
    this.#ids[row] = 0n
    this.#positions[row] = 0n
  }

  #bind(rows: number): void {
    const { graph } = this
    const { tokens } = this.#capacity
    const logits = this.#logits.subarray(0, rows * graph.vocabularySize)
    const feeds = inputFeeds(
      graph,
      this.#ids.subarray(0, rows),
      this.#mask.subarray(0, rows * tokens),
      this.#positions.subarray(0, rows),
      rows,
    )
    const outputs: Feeds = {
      logits: tensorOver(graph.logitsType, logits, [rows, 1, graph.vocabularySize]),
    }
    graph.slots.forEach(({ input, output, heads, dim }, i) => {
      const tensor = tensorOver(
        graph.cacheType,
        (this.#buffers[i] ?? newArray(graph.cacheType, 0)).subarray(0, rows * heads * tokens * dim),
        [rows, heads, tokens, dim],
      )
      feeds[input] = tensor
      outputs[output] = tensor
    })
    this.#bound = { rows, feeds, outputs }
  }
}
