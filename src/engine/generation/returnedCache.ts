// A key/value cache of tensors that are inputs and outputs of the graph: what one step returns is
// fed to the next, or, on a device whose memory can be given, extended in place.
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { DeviceLogits } from '../drawing/deviceDrawing'
import { inputFeeds, int64, ones } from './feeds'
import { bytesPerToken, type CausalGraph } from './graph'
import {
  type CacheLimits,
  type KvCache,
  MIN_ROWS,
  noneNext,
  PREFILL_CHUNK,
  type Prefilled,
  TOKEN_STEP,
} from './kvCache'
import type { Places } from './places'
import { type CacheTensors, ReturnedTensors, rowsOf, widthOf } from './returnedTensors'
import { SharedPrefix } from './sharedPrefix'

interface ReturnedPrompt extends Prefilled {
  /** The tensors of one row, on the session's device. */
  readonly tensors: CacheTensors
}

/** `memory` requires a ragged batch, which a step then extends in place. */
interface ReturnedCacheOptions extends Places {
  /** {@link joinRowsGraph} on the same device; a prefill does not use it. */
  joinRows?: InferenceSession | undefined
  /**
   * Whether the graph reads the length of each row from the attention mask and keeps the width of
   * the cache while there is room. If so, rows of any length and any prompt share a batch. If not,
   * a batch holds rows of one prompt, and new rows start when it is empty.
   */
  ragged: boolean
}

interface Row {
  /** Index in the cache tensors. A row that moved is at an index past the number of rows. */
  slot: number
  /** Tokens so far. */
  length: number
  /** Tokens that the row can grow to. */
  limit: number
}

/**
 * Rebuilding the batch costs about as much as a step. The batch is rebuilt when more than this
 * share of its rows is idle.
 */
const IDLE_SHARE = 1 / 8

/** For any graph and device. On a GPU the tensors stay in its memory. */
abstract class ReturnedRows<L> implements KvCache<ReturnedPrompt, L> {
  protected readonly tensors: ReturnedTensors
  private past: CacheTensors = []
  private live: Row[] = []
  private readonly prefix = new SharedPrefix<CacheTensors>(PREFILL_CHUNK, (tensors) =>
    this.tensors.free(tensors),
  )

  constructor(
    protected readonly graph: CausalGraph,
    private readonly limits: CacheLimits,
    private readonly options: ReturnedCacheOptions,
  ) {
    this.tensors = new ReturnedTensors(graph, options)
  }

  get rows(): number {
    return this.live.length
  }

  /** Tensors that are held; tests look for leaks with it. */
  get tensorsAlive(): number {
    return this.tensors.alive
  }

  async prefill(
    tokens: readonly number[],
    signal: AbortSignal,
    next = noneNext,
  ): Promise<ReturnedPrompt> {
    const { graph } = this
    const { from, state, keepAt } = graph.cacheBranch
      ? { from: 0, state: undefined, keepAt: () => 0 }
      : this.prefix.plan(tokens, next)
    const keptLength = keepAt()
    const chunkLength = graph.cacheBranch ? tokens.length : PREFILL_CHUNK
    let tensors = state ?? this.tensors.empty()
    let isPrefix = state !== undefined
    let logits: Tensor | undefined
    try {
      for (let start = from; start < tokens.length; start += chunkLength) {
        signal.throwIfAborted()
        const chunk = tokens.slice(start, start + chunkLength)
        const end = start + chunk.length
        const positions = int64(chunk.map((_, i) => start + i))
        const inputs = inputFeeds(graph, int64(chunk), ones(end), positions, 1)
        const result = await this.tensors.run(tensors, inputs)
        if (!isPrefix) this.tensors.free(tensors)
        tensors = result.tensors
        logits = result.logits
        isPrefix = end === keptLength
        if (isPrefix) this.prefix.keep(tokens.slice(0, end), tensors)
      }
      if (!logits) throw new RangeError('A prompt has no tokens.')
      const last = await this.tensors.rowsOfLogits(logits, [logits.size / graph.vocabularySize - 1])
      const copy = last.slice()
      return { length: tokens.length, tensors, logits: copy }
    } catch (thrown) {
      if (!isPrefix) this.tensors.free(tensors)
      throw thrown
    } finally {
      this.tensors.freeLogits()
    }
  }

  room(limit: number): number {
    const width = this.widthFor(Math.max(limit, ...this.live.map((row) => row.limit)))
    // Unless a step extends the tensors, those before and after it are held at once.
    const copies = this.options.memory ? 1 : 2
    const bytesPerRow = copies * bytesPerToken(this.graph) * width
    const fitting = Math.floor(this.limits.bytes / bytesPerRow)
    const most = Math.max(1, Math.min(this.limits.maxRows, fitting))
    if (this.rows === 0) return most
    const free = this.options.ragged ? most - this.rows : 0
    return free < most * IDLE_SHARE ? 0 : free
  }

  async admit(prompt: ReturnedPrompt, count: number, limit: number): Promise<void> {
    const first = this.rows === 0 ? prompt.tensors : this.past
    const slot = rowsOf(first)
    const added = Array.from({ length: count }, () => ({ slot, length: prompt.length, limit }))
    await this.rebuild(first, prompt.tensors, [...this.live, ...added])
  }

  drop(row: number): void {
    const last = this.live.pop()
    if (last && row < this.rows) this.live[row] = last
    if (this.rows === 0) this.dropRows()
  }

  async step(tokens: Int32Array): Promise<L> {
    const { graph } = this
    const { ragged } = this.options
    const idle = this.computedRows - Math.max(this.rows, MIN_ROWS)
    const isFull = ragged && this.live.some(({ length }) => length >= this.width)
    if (isFull || idle > this.computedRows * IDLE_SHARE)
      await this.rebuild(this.past, this.past, this.live)
    const ids = new BigInt64Array(this.computedRows)
    const positions = new BigInt64Array(this.computedRows)
    this.live.forEach((row, i) => {
      ids[row.slot] = BigInt(tokens[i]!)
      positions[row.slot] = BigInt(row.length++)
    })
    const { width } = this
    const inputs = inputFeeds(graph, ids, this.mask(), positions, this.computedRows)
    const { tensors, logits } = await this.tensors.run(this.past, inputs)
    if (tensors !== this.past) this.tensors.free(this.past)
    this.past = tensors
    if (ragged && this.width !== width)
      throw new Error('The graph widens its cache, so its rows cannot differ in length.')
    return this.read(
      logits,
      this.live.map(({ slot }) => slot),
    )
  }

  release(prompt: ReturnedPrompt): void {
    this.tensors.free(prompt.tensors)
  }

  clear(): void {
    this.prefix.clear()
    this.dropRows()
  }

  /**
   * The logits of a step.
   * @param slots the row of `logits` for each row.
   */
  protected abstract read(logits: Tensor, slots: readonly number[]): Promise<L>

  /** Rows that a step computes, idle ones included. */
  protected get computedRows(): number {
    return rowsOf(this.past)
  }

  private get width(): number {
    return widthOf(this.past)
  }

  private widthFor(tokens: number): number {
    return this.options.ragged ? Math.ceil(tokens / TOKEN_STEP) * TOKEN_STEP : tokens
  }

  /**
   * The attention mask of a step, row-major, as wide as the cache after it: ones up to the length
   * of each row. An idle row has one token in a ragged batch, else as many as the others.
   */
  private mask(): BigInt64Array {
    if (!this.options.ragged) return ones(this.computedRows * (this.width + 1))
    const mask = new BigInt64Array(this.computedRows * this.width)
    for (let start = 0; start < mask.length; start += this.width) mask[start] = 1n
    for (const { slot, length } of this.live)
      mask.fill(1n, slot * this.width, slot * this.width + length)
    return mask
  }

  private dropRows(): void {
    this.tensors.freeLogits()
    this.tensors.free(this.past)
    this.past = []
    this.live = []
  }

  /**
   * Replaces the cache tensors by the slots of `rows` out of `first` followed by `second`, in that
   * order, with room for one more token per row. Few at once, so that hardly more memory is held
   * than before or after.
   */
  private async rebuild(
    first: CacheTensors,
    second: CacheTensors,
    rows: readonly Row[],
  ): Promise<void> {
    const { joinRows, ragged } = this.options
    if (!joinRows) throw new Error('This cache only computes prompts.')
    const longest = Math.max(...rows.map(({ length }) => length))
    const width = ragged ? Math.max(this.width, this.widthFor(longest + 1)) : widthOf(first)
    const slots = rows.map(({ slot }) => slot)
    const joined: Tensor[] = []
    const old = this.past
    this.past = joined
    try {
      while (joined.length < first.length) {
        const [start, end] = [joined.length, joined.length + joinRows.outputNames.length]
        const [a, b] = [first.slice(start, end), second.slice(start, end)]
        joined.push(...(await this.tensors.join(joinRows, a, b, slots, width)))
        this.tensors.free(old.slice(start, end))
      }
    } catch (thrown) {
      this.tensors.free(old.slice(joined.length))
      throw thrown
    }
    this.live = rows.map((row, slot) => ({ ...row, slot }))
  }
}

/** The logits of its steps are arrays. */
export class ReturnedCache extends ReturnedRows<Float32Array> {
  /** The slot of a row that moved is past all rows, so no row overwrites another. */
  protected read(logits: Tensor, slots: readonly number[]): Promise<Float32Array> {
    return this.tensors.rowsOfLogits(logits, slots)
  }
}

/** The logits of its steps stay where the session leaves them. */
export class DeviceCache extends ReturnedRows<DeviceLogits> {
  protected read(tensor: Tensor, slots: readonly number[]): Promise<DeviceLogits> {
    return Promise.resolve({ tensor, slots, count: this.computedRows })
  }
}
