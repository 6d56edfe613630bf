// The rows of the in-place cache: the keys and values of all rows in one buffer per slot of the
// graph.
import { type CacheArray, freeNow, newArray } from '../runtime/arrays'
import type { CausalGraph } from './graph'
import type { InPlacePrompt } from './inPlacePrefill'
import { MIN_ROWS } from './kvCache'

export interface Capacity {
  rows: number
  /** Per row. */
  tokens: number
}

export class InPlaceRows {
  /** One per slot, [capacity rows, heads, capacity tokens, dim]. */
  readonly buffers: CacheArray[] = []
  /** Tokens of each row so far. */
  readonly lengths: number[] = []
  /** Tokens that each row can grow to. */
  readonly limits: number[] = []
  private allocated: Capacity = { rows: 0, tokens: 0 }

  constructor(private readonly graph: CausalGraph) {}

  get count(): number {
    return this.lengths.length
  }

  get capacity(): Readonly<Capacity> {
    return this.allocated
  }

  /**
   * Makes room for `rows` rows of `tokens` tokens and moves the present rows there. Doubles the
   * number of rows as far as `most` allows; `rows` may exceed `most`, because a prompt computed
   * after the caller asked for room can have lowered it.
   * @returns whether the buffers are new.
   */
  reserve(rows: number, tokens: number, most: number): boolean {
    const old = this.allocated
    if (rows <= old.rows && tokens <= old.tokens) return false
    const doubled = Math.min(most, 2 ** Math.ceil(Math.log2(rows)))
    this.allocated = { rows: Math.max(MIN_ROWS, rows, doubled), tokens }
    this.graph.slots.forEach(({ heads, dim }, slot) => {
      const size = this.allocated.rows * heads * tokens * dim
      const buffer = newArray(this.graph.cacheType, size)
      const previous = this.buffers[slot]
      if (previous) {
        this.lengths.forEach((length, row) => {
          for (let head = row * heads; head < (row + 1) * heads; head++) {
            const from = head * old.tokens * dim
            buffer.set(previous.subarray(from, from + length * dim), head * tokens * dim)
          }
        })
        freeNow(previous)
      }
      this.buffers[slot] = buffer
    })
    return true
  }

  /** Adds a row that continues `prompt`; returns its index. */
  add({ length, buffers }: InPlacePrompt, limit: number): number {
    const row = this.count
    this.graph.slots.forEach(({ heads, dim }, slot) => {
      for (let head = 0; head < heads; head++) {
        const source = buffers[slot]!.subarray(head * length * dim, (head + 1) * length * dim)
        this.buffers[slot]!.set(source, (row * heads + head) * this.allocated.tokens * dim)
      }
    })
    this.lengths.push(length)
    this.limits.push(limit)
    return row
  }

  /** Removes a row; the last row moves to its index. */
  drop(row: number): void {
    const last = this.count - 1
    const length = this.lengths.pop()!
    const limit = this.limits.pop()!
    if (row === last) return
    this.graph.slots.forEach(({ heads, dim }, slot) => {
      const stride = this.allocated.tokens * dim
      for (let head = 0; head < heads; head++) {
        const from = (last * heads + head) * stride
        this.buffers[slot]!.copyWithin((row * heads + head) * stride, from, from + length * dim)
      }
    })
    this.lengths[row] = length
    this.limits[row] = limit
  }

  /** Drops all rows and frees their memory. */
  clear(): void {
    this.lengths.length = 0
    this.limits.length = 0
    this.buffers.splice(0).forEach(freeNow)
    this.allocated = { rows: 0, tokens: 0 }
  }
}
