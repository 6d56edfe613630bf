// Memory of the keys and values of computed prompts.
import { type CacheArray, type CacheType, freeNow, newArray } from '../runtime/arrays'
import type { CausalGraph } from './graph'

/** One buffer per slot of the graph, [heads, tokens, dim]. */
export type Buffers = readonly CacheArray[]

type Slots = CausalGraph['slots']

/** Allocates the buffers and counts the bytes that were not freed. */
export class PromptBuffers {
  private allocated = 0
  private temporary = 0

  get bytes(): number {
    return this.allocated
  }

  /** Of the largest buffers that {@link freeTemporary} freed: the next prompt needs them again. */
  get temporaryBytes(): number {
    return this.temporary
  }

  allocate(slots: Slots, type: CacheType, tokens: number): Buffers {
    return slots.map(({ heads, dim }) => {
      const buffer = newArray(type, heads * tokens * dim)
      this.allocated += buffer.byteLength
      return buffer
    })
  }

  free(buffers: Buffers): void {
    for (const buffer of buffers) {
      this.allocated -= buffer.byteLength
      freeNow(buffer)
    }
  }

  /** Frees buffers that are needed only while a prompt is computed. */
  freeTemporary(buffers: Buffers): void {
    const before = this.allocated
    this.free(buffers)
    this.temporary = Math.max(this.temporary, before - this.allocated)
  }

  forgetTemporary(): void {
    this.temporary = 0
  }
}

export interface Place {
  buffers: Buffers
  /** Per head. */
  tokens: number
  /** The first token to copy, or to overwrite. */
  from: number
}

/** Copies `count` tokens of all heads. */
export function copyTokens(slots: Slots, source: Place, target: Place, count: number): void {
  slots.forEach(({ heads, dim }, slot) => {
    for (let head = 0; head < heads; head++) {
      const start = (head * source.tokens + source.from) * dim
      const part = source.buffers[slot]!.subarray(start, start + count * dim)
      target.buffers[slot]!.set(part, (head * target.tokens + target.from) * dim)
    }
  })
}
