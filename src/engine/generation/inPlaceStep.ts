// One decoding step of the in-place cache: the inputs and outputs of the graph, kept from step to
// step.
import {
  asSingles,
  type CacheArray,
  type FloatArray,
  newArray,
  tensorOver,
} from '../runtime/arrays'
import { type Feeds, runInto } from '../runtime/sessions'
import { inputFeeds } from './feeds'
import type { CausalGraph } from './graph'
import type { Capacity } from './inPlaceRows'

export class InPlaceStep {
  private capacity: Readonly<Capacity> = { rows: 0, tokens: 0 }
  /** [capacity rows, capacity tokens]; a row has ones up to its length. */
  private mask = new BigInt64Array(0)
  /** The 32-bit halves of `mask`, low half first: setting one token allocates no bigint. */
  private maskWords = new Int32Array(0)
  private ids = new BigInt64Array(0)
  private positions = new BigInt64Array(0)
  private logits: FloatArray = new Float32Array(0)
  private singles = new Float32Array(0)
  /** Tensors over the first `rows` rows of the arrays above and of the cache buffers. */
  private bound: { rows: number; feeds: Feeds; outputs: Feeds } | undefined

  constructor(private readonly graph: CausalGraph) {}

  /** Allocates the arrays for the capacity of new cache buffers. */
  resize(capacity: Readonly<Capacity>): void {
    const { logitsType, vocabularySize } = this.graph
    this.capacity = capacity
    this.bound = undefined
    this.mask = new BigInt64Array(capacity.rows * capacity.tokens)
    this.maskWords = new Int32Array(this.mask.buffer)
    this.ids = new BigInt64Array(capacity.rows)
    this.positions = new BigInt64Array(capacity.rows)
    this.logits = newArray(logitsType, capacity.rows * vocabularySize)
    if (logitsType === 'float16') this.singles = new Float32Array(this.logits.length)
  }

  /** Drops the references to cache buffers that are about to be freed. */
  unbind(): void {
    this.bound = undefined
  }

  /** Sets the mask of a row to its first `length` tokens. */
  setLength(row: number, length: number): void {
    const start = row * this.capacity.tokens
    this.mask.fill(1n, start, start + length).fill(0n, start + length, this.endOf(row))
  }

  /** Feeds `token` at `position` to a row in the next step. */
  setToken(row: number, token: number, position: number): void {
    this.ids[row] = BigInt(token)
    this.positions[row] = BigInt(position)
    this.maskWords[2 * (row * this.capacity.tokens + position)] = 1
  }

  /** Makes a row one that is computed but holds no candidate. */
  setIdle(row: number): void {
    this.setLength(row, 1)
    this.ids[row] = 0n
    this.positions[row] = 0n
  }

  /** Computes the first `rows` rows; returns their logits, valid until the next call. */
  async run(rows: number, buffers: readonly CacheArray[]): Promise<Float32Array> {
    if (this.bound?.rows !== rows) this.bound = this.bind(rows, buffers)
    await runInto(this.graph.session, this.bound.feeds, this.bound.outputs)
    return asSingles(this.logits, this.singles)
  }

  private bind(
    rows: number,
    buffers: readonly CacheArray[],
  ): { rows: number; feeds: Feeds; outputs: Feeds } {
    const { logitsType, cacheType, vocabularySize, slots } = this.graph
    const { tokens } = this.capacity
    const feeds = inputFeeds(
      this.graph,
      this.ids.subarray(0, rows),
      this.mask.subarray(0, rows * tokens),
      this.positions.subarray(0, rows),
      rows,
    )
    const logits = this.logits.subarray(0, rows * vocabularySize)
    const outputs: Feeds = { logits: tensorOver(logitsType, logits, [rows, 1, vocabularySize]) }
    slots.forEach(({ input, output, heads, dim }, slot) => {
      const buffer = buffers[slot]!.subarray(0, rows * heads * tokens * dim)
      const tensor = tensorOver(cacheType, buffer, [rows, heads, tokens, dim])
      feeds[input] = tensor
      outputs[output] = tensor
    })
    return { rows, feeds, outputs }
  }

  private endOf(row: number): number {
    return (row + 1) * this.capacity.tokens
  }
}
