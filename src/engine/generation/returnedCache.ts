// Keys and values wherever the session leaves them: what one step returns is fed to the next.
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import {
  asSingles,
  type CacheArray,
  type FloatArray,
  freeNow,
  newArray,
  tensorOver,
} from '../runtime/arrays'
import { type Feeds, run } from '../runtime/sessions'
import { JOIN } from '../runtime/smallGraphs'
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

export interface ReturnedPrompt extends Prefilled {
  /** One per slot of the graph, [1, heads, length, dim], on the session's device. */
  readonly tensors: Tensor[]
}

export interface ReturnedCacheOptions {
  /**
   * {@link joinRowsGraph} for the graph's slots on the same device; not needed for a prefill alone.
   */
  joinRows?: InferenceSession | undefined
  /**
   * Whether the graph takes the length of each row from the attention mask and leaves the width of
   * a cache as it is while there is room: then rows of any length and any prompt share a batch.
   * Else a batch is of one prompt, and is refilled when it is empty.
   */
  ragged: boolean
}

/**
 * Arranging rows anew costs a step or so: a batch waits until this share of its rows is free, and
 * computes that many for nothing.
 */
const SHARE_ANEW = 1 / 8

/**
 * For any graph and device; on a GPU the tensors stay in its memory and are freed as soon as they
 * are replaced.
 */
export class ReturnedCache implements KvCache<ReturnedPrompt> {
  /** [computed rows, heads, width, dim] each. */
  #past: Tensor[] = []
  /**
   * Of each row that the scheduler knows: its place in `#past`, its tokens so far, and at most. A
   * place past the rows is one that moved.
   */
  #rows: { place: number; length: number; limit: number }[] = []
  #logits = new Float32Array(0)
  /** Tensors not yet disposed of. */
  #alive = 0
  readonly #prefix = new SharedPrefix<Tensor[]>((tensors) => this.#free(tensors))

  constructor(
    private readonly graph: CausalGraph,
    private readonly limits: CacheLimits,
    private readonly options: ReturnedCacheOptions,
  ) {}

  get rows(): number {
    return this.#rows.length
  }

  /** How many cache tensors are held; for tests of leaks. */
  get tensorsAlive(): number {
    return this.#alive
  }

  async prefill(tokens: readonly number[], signal: AbortSignal): Promise<ReturnedPrompt> {
    const { graph } = this
    const { from, state, keepAt } = this.#prefix.plan(tokens)
    let tensors =
      state ??
      graph.slots.map(({ heads, dim }) =>
        this.#keep(tensorOver(graph.cacheType, newArray(graph.cacheType, 0), [1, heads, 0, dim])),
      )
    let isPrefix = state !== undefined
    let logits: Float32Array = new Float32Array(0)
    try {
      for (let start = from; start < tokens.length; start += PREFILL_CHUNK) {
        signal.throwIfAborted()
        const chunk = tokens.slice(start, start + PREFILL_CHUNK)
        const end = start + chunk.length
        const positions = int64(chunk.map((_, i) => start + i))
        const result = await this.#run(
          tensors,
          inputFeeds(graph, int64(chunk), ones(end), positions, 1),
        )
        if (!isPrefix) this.#free(tensors)
        tensors = result.tensors
        logits = result.logits
        isPrefix = end === keepAt
        if (isPrefix) this.#prefix.keep(tokens.slice(0, end), tensors)
      }
    } catch (thrown) {
      if (!isPrefix) this.#free(tensors)
      throw thrown
    }
    return { length: tokens.length, tensors, logits: logits.slice(-graph.vocabularySize) }
  }

  room(limit: number): number {
    const width = this.#widthFor(Math.max(limit, ...this.#rows.map((row) => row.limit)))
    // A step holds the old and the new cache at once.
    const most = Math.max(
      1,
      Math.min(
        this.limits.maxRows,
        Math.floor(this.limits.bytes / (2 * bytesPerToken(this.graph) * width)),
      ),
    )
    if (this.rows === 0) return most
    const free = this.options.ragged ? most - this.rows : 0
    return free < most * SHARE_ANEW ? 0 : free
  }

  async admit(prompt: ReturnedPrompt, count: number, limit: number): Promise<void> {
    const rows = Array.from({ length: count }, () => ({ place: 0, length: prompt.length, limit }))
    const past = this.rows === 0 ? prompt.tensors : this.#past
    const added = new Array<number>(count).fill(past[0]?.dims[0] ?? 0)
    await this.#arrange(
      past,
      prompt.tensors,
      [...this.#rows.map(({ place }) => place), ...added],
      [...this.#rows, ...rows],
    )
  }

  drop(row: number): void {
    const last = this.#rows.pop()
    if (last !== undefined && row < this.rows) this.#rows[row] = last
    if (this.rows === 0) this.#dropRows()
  }

  async step(tokens: Int32Array): Promise<Float32Array> {
    const { graph } = this
    const idle = this.#computed - Math.max(this.rows, MIN_ROWS)
    const isFull = this.options.ragged && this.#rows.some(({ length }) => length >= this.#width)
    if (isFull || idle > this.#computed * SHARE_ANEW)
      await this.#arrange(
        this.#past,
        this.#past,
        this.#rows.map(({ place }) => place),
        this.#rows,
      )
    const ids = new BigInt64Array(this.#computed)
    const positions = new BigInt64Array(this.#computed)
    this.#rows.forEach((row, i) => {
      ids[row.place] = BigInt(tokens[i] ?? 0)
      positions[row.place] = BigInt(row.length++)
    })
    const width = this.#width
    const { tensors, logits } = await this.#run(
      this.#past,
      inputFeeds(graph, ids, this.#mask(), positions, this.#computed),
    )
    this.#free(this.#past)
    this.#past = tensors
    if (this.options.ragged && this.#width !== width)
      throw new Error('The graph widens its cache, so its rows cannot differ in length.')
    // The place of a row that moved is past all rows, and what is where it moved to is wanted no
    // more.
    this.#rows.forEach(({ place }, i) => {
      if (place !== i)
        logits.copyWithin(
          i * graph.vocabularySize,
          place * graph.vocabularySize,
          (place + 1) * graph.vocabularySize,
        )
    })
    return logits.subarray(0, this.rows * graph.vocabularySize)
  }

  release(prompt: ReturnedPrompt): void {
    this.#free(prompt.tensors)
  }

  clear(): void {
    this.#prefix.clear()
    this.#dropRows()
  }

  /** Rows that a step computes, idle ones among them. */
  get #computed(): number {
    return this.#past[0]?.dims[0] ?? 0
  }

  /** Tokens per row that there is room for. */
  get #width(): number {
    return this.#past[0]?.dims[2] ?? 0
  }

  #widthFor(tokens: number): number {
    return this.options.ragged ? Math.ceil(tokens / TOKEN_STEP) * TOKEN_STEP : tokens
  }

  /**
   * Row-major, as wide as the cache after the step: ones up to each row's length; an idle row has
   * one token, or what all have.
   */
  #mask(): BigInt64Array {
    if (!this.options.ragged) return ones(this.#computed * (this.#width + 1))
    const mask = new BigInt64Array(this.#computed * this.#width)
    for (let start = 0; start < mask.length; start += this.#width) mask[start] = 1n
    for (const { place, length } of this.#rows)
      mask.fill(1n, place * this.#width, place * this.#width + length)
    return mask
  }

  #dropRows(): void {
    this.#free(this.#past)
    this.#past = []
    this.#rows = []
  }

  /**
   * Makes `places` of `first` with `second` after it the past, as `rows` in that order, with room
   * for a further token of each.
   */
  async #arrange(
    first: readonly Tensor[],
    second: readonly Tensor[],
    places: readonly number[],
    rows: readonly { length: number; limit: number }[],
  ): Promise<void> {
    const { joinRows, ragged } = this.options
    if (!joinRows) throw new Error('This cache only computes prompts.')
    const width = ragged
      ? Math.max(this.#width, this.#widthFor(1 + Math.max(...rows.map(({ length }) => length))))
      : (first[0]?.dims[2] ?? 0)
    const taken = Array.from(
      { length: Math.max(places.length, MIN_ROWS) },
      (_, row) => places[row] ?? places[0] ?? 0,
    )
    const feeds: Feeds = {
      rows: list(taken),
      'pads.first': list(padsTo(width, first)),
      'pads.second': list(padsTo(width, second)),
    }
    this.graph.slots.forEach((_, slot) => {
      const pair = [first[slot], second[slot]]
      if (pair[0] && pair[1])
        Object.assign(feeds, { [JOIN.first(slot)]: pair[0], [JOIN.second(slot)]: pair[1] })
    })
    const results = await run(
      joinRows,
      feeds,
      this.graph.slots.map((_, slot) => JOIN.joined(slot)),
    )
    this.#free(this.#past)
    this.#past = this.graph.slots.map((_, slot) => this.#keep(results[JOIN.joined(slot)] as Tensor))
    this.#rows = rows.map(({ length, limit }, place) => ({ place, length, limit }))
  }

  /** Runs the graph; returns what follows on `past`. */
  async #run(past: Tensor[], inputs: Feeds): Promise<{ tensors: Tensor[]; logits: Float32Array }> {
    const { session, slots } = this.graph
    const feeds = { ...inputs }
    slots.forEach(({ input }, i) => {
      const tensor = past[i]
      if (tensor) feeds[input] = tensor
    })
    const results = await run(session, feeds, ['logits', ...slots.map(({ output }) => output)])
    const tensors = slots.map(({ output }) => this.#keep(results[output] as Tensor))
    try {
      const logits = results['logits'] as Tensor
      if (logits.type === 'float16' && this.#logits.length < logits.size)
        this.#logits = new Float32Array(logits.size)
      return {
        tensors,
        logits: asSingles(logits.data as FloatArray, this.#logits).subarray(0, logits.size),
      }
    } catch (thrown) {
      this.#free(tensors)
      throw thrown
    }
  }

  #keep(tensor: Tensor): Tensor {
    this.#alive++
    return tensor
  }

  #free(tensors: Tensor[]): void {
    this.#alive -= tensors.length
    for (const tensor of tensors) {
      if (tensor.location === 'cpu') freeNow(tensor.data as CacheArray)
      tensor.dispose()
    }
  }
}

const ones = (length: number): BigInt64Array => new BigInt64Array(length).fill(1n)
const list = (values: readonly number[]): Tensor =>
  new Tensor('int64', int64(values), [values.length])
/** What Pad adds before and after each axis of a cache to make it `width` tokens wide. */
const padsTo = (width: number, [tensor]: readonly Tensor[]): number[] => [
  0,
  0,
  0,
  0,
  0,
  0,
  width - (tensor?.dims[2] ?? 0),
  0,
]
