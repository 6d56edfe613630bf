// A key/value cache in one buffer per slot of the graph, which the graph reads and extends in
// place: no step copies it.
import { bytesPerToken, type CausalGraph } from './graph'
import { InPlacePrefill, type InPlacePrompt } from './inPlacePrefill'
import { InPlaceRows } from './inPlaceRows'
import { InPlaceStep } from './inPlaceStep'
import {
  type CacheLimits,
  type KvCache,
  MIN_ROWS,
  noneNext,
  PREFILL_CHUNK,
  TOKEN_STEP,
} from './kvCache'
import { isLong, LongPrefill, type LoadGraph } from './longPrefill'
import { PromptBuffers } from './promptBuffers'

/**
 * For graphs whose attention (ONNX Runtime's GroupQueryAttention) reads the length of each row from
 * the attention mask and appends to the past when past and present are the same tensor. Rows are
 * padded on the right, so rows of any length and any prompt share a batch. A batch of b rows uses
 * the first b rows of the buffers.
 */
export class InPlaceCache implements KvCache<InPlacePrompt> {
  private readonly memory = new PromptBuffers()
  private readonly prompts: InPlacePrefill
  private readonly long: LongPrefill | undefined
  private readonly live: InPlaceRows
  private readonly graphStep: InPlaceStep

  /** @param loadLongGraph loads the graph for long prompts, if the model has one. */
  constructor(
    private readonly graph: CausalGraph,
    private readonly limits: CacheLimits,
    loadLongGraph?: LoadGraph,
  ) {
    this.prompts = new InPlacePrefill(graph, PREFILL_CHUNK, this.memory)
    this.long = loadLongGraph && new LongPrefill(loadLongGraph, this.memory)
    this.live = new InPlaceRows(graph)
    this.graphStep = new InPlaceStep(graph)
  }

  get rows(): number {
    return this.live.count
  }

  /** Bytes of computed prompts and kept prefixes. */
  get promptBytes(): number {
    return this.memory.bytes
  }

  prefill(tokens: readonly number[], signal: AbortSignal, next = noneNext): Promise<InPlacePrompt> {
    const prompts = this.long && isLong(tokens) ? this.long : this.prompts
    return prompts.compute(tokens, signal, next)
  }

  room(limit: number): number {
    return Math.max(0, this.mostRows(this.tokensFor(limit)) - this.rows)
  }

  admit(prompt: InPlacePrompt, count: number, limit: number): Promise<void> {
    const tokens = this.tokensFor(limit)
    if (this.live.reserve(this.rows + count, tokens, this.mostRows(tokens))) {
      this.graphStep.resize(this.live.capacity)
      this.live.lengths.forEach((length, row) => this.graphStep.setLength(row, length))
    }
    for (let i = 0; i < count; i++)
      this.graphStep.setLength(this.live.add(prompt, limit), prompt.length)
    return Promise.resolve()
  }

  drop(row: number): void {
    this.live.drop(row)
    if (row < this.rows) this.graphStep.setLength(row, this.live.lengths[row]!)
  }

  async step(tokens: Int32Array): Promise<Float32Array> {
    const { lengths } = this.live
    for (let row = 0; row < this.rows; row++)
      this.graphStep.setToken(row, tokens[row]!, lengths[row]!++)
    if (this.rows < MIN_ROWS) this.graphStep.setIdle(this.rows)
    const logits = await this.graphStep.run(Math.max(this.rows, MIN_ROWS), this.live.buffers)
    return logits.subarray(0, this.rows * this.graph.vocabularySize)
  }

  release({ buffers }: InPlacePrompt): void {
    this.memory.free(buffers)
  }

  clear(): void {
    this.prompts.clear()
    this.long?.clear()
    this.memory.forgetTemporary()
    this.graphStep.unbind()
    this.live.clear()
  }

  /** Tokens per row to allocate when a row that grows to `limit` tokens joins. */
  private tokensFor(limit: number): number {
    return Math.ceil(Math.max(limit, ...this.live.limits) / TOKEN_STEP) * TOKEN_STEP
  }

  /** Rows of `tokens` tokens that the limits allow; at least one, however long it is. */
  private mostRows(tokens: number): number {
    const bytes = this.limits.bytes - this.promptBytes - this.memory.temporaryBytes
    const fitting = Math.floor(bytes / (bytesPerToken(this.graph) * tokens))
    return Math.max(1, Math.min(this.limits.maxRows, fitting))
  }
}
