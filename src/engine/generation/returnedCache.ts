// Keys and values wherever the session leaves them: what one step returns is fed to the next.
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { asSingles, type CacheArray, type FloatArray, freeNow, newArray, tensorOver } from '../runtime/arrays'
import { type Feeds, run } from '../runtime/sessions'
import { inputFeeds, int64 } from './feeds'
import { bytesPerToken, type CausalGraph } from './graph'
import { type CacheLimits, type KvCache, MIN_ROWS, PREFILL_CHUNK, type Prefilled } from './kvCache'
import { SharedPrefix } from './sharedPrefix'

export interface ReturnedPrompt extends Prefilled {
  /** One per slot of the graph, [1, heads, length, dim], on the session's device. */
  readonly tensors: Tensor[]
}

/**
 * For any graph and device; on a GPU the tensors stay in its memory and are freed as soon as they are replaced.
 * Rows of a batch have one length, so a batch is of one prompt and is refilled when it is empty. Rows are multiplied and taken
 * out by a small graph on the same device (`pickRows`: inputs `data` and `rows`, output `picked`), not needed for a prefill alone.
 */
export class ReturnedCache implements KvCache<ReturnedPrompt> {
  #past: Tensor[] = []
  #length = 0
  /** Rows of `#past` that are still wanted, in the order of the rows that the scheduler knows. */
  #order: number[] = []
  #logits = new Float32Array(0)
  /** Tensors not yet disposed of. */
  #alive = 0
  readonly #prefix = new SharedPrefix<Tensor[]>((tensors) => this.#free(tensors))

  constructor(
    private readonly graph: CausalGraph,
    private readonly pickRows: InferenceSession | undefined,
    private readonly limits: CacheLimits,
  ) {}

  get rows(): number {
    return this.#order.length
  }

  /** How many cache tensors are held; for tests of leaks. */
  get tensorsAlive(): number {
    return this.#alive
  }

  async prefill(tokens: readonly number[], signal: AbortSignal): Promise<ReturnedPrompt> {
    const { graph } = this
    const { from, state, keepAt } = this.#prefix.plan(tokens)
    let tensors = state ?? graph.slots.map(({ heads, dim }) => this.#keep(tensorOver(graph.cacheType, newArray(graph.cacheType, 0), [1, heads, 0, dim])))
    let isPrefix = state !== undefined
    let logits: Float32Array = new Float32Array(0)
    try {
      for (let start = from; start < tokens.length; start += PREFILL_CHUNK) {
        signal.throwIfAborted()
        const chunk = tokens.slice(start, start + PREFILL_CHUNK)
        const end = start + chunk.length
        const positions = int64(chunk.map((_, i) => start + i))
        const result = await this.#run(tensors, inputFeeds(graph, int64(chunk), ones(end), positions, 1))
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
    if (this.rows > 0) return 0
    // A step holds the old and the new cache at once.
    return Math.max(1, Math.min(this.limits.maxRows, Math.floor(this.limits.bytes / (2 * bytesPerToken(this.graph) * limit))))
  }

  async admit(prompt: ReturnedPrompt, count: number): Promise<void> {
    this.#past = await this.#pick(prompt.tensors, new Array<number>(Math.max(count, MIN_ROWS)).fill(0))
    this.#order = Array.from({ length: count }, (_, row) => row)
    this.#length = prompt.length
  }

  drop(row: number): void {
    const last = this.#order.pop()
    if (last !== undefined && row < this.#order.length) this.#order[row] = last
    if (this.#order.length === 0) this.#dropRows()
  }

  async step(tokens: Int32Array): Promise<Float32Array> {
    const { graph, rows } = this
    const computed = Math.max(rows, MIN_ROWS)
    if (this.#past[0]?.dims[0] !== computed || this.#order.some((place, row) => place !== row)) await this.#compact(computed)
    const ids = Array.from({ length: computed }, (_, row) => tokens[row] ?? 0)
    const positions = new BigInt64Array(computed).fill(BigInt(this.#length))
    this.#length++
    const { tensors, logits } = await this.#run(this.#past, inputFeeds(graph, int64(ids), ones(computed * this.#length), positions, computed))
    this.#free(this.#past)
    this.#past = tensors
    return logits.subarray(0, rows * graph.vocabularySize)
  }

  release(prompt: ReturnedPrompt): void {
    this.#free(prompt.tensors)
  }

  clear(): void {
    this.#prefix.clear()
    this.#dropRows()
  }

  #dropRows(): void {
    this.#free(this.#past)
    this.#past = []
    this.#order = []
  }

  /** Brings the wanted rows to the front, in order, filled up to `computed` rows by repeating one. */
  async #compact(computed: number): Promise<void> {
    const picked = await this.#pick(this.#past, Array.from({ length: computed }, (_, row) => this.#order[row] ?? 0))
    this.#free(this.#past)
    this.#past = picked
    this.#order = this.#order.map((_, row) => row)
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
      if (logits.type === 'float16' && this.#logits.length < logits.size) this.#logits = new Float32Array(logits.size)
      return { tensors, logits: asSingles(logits.data as FloatArray, this.#logits).subarray(0, logits.size) }
    } catch (thrown) {
      this.#free(tensors)
      throw thrown
    }
  }

  async #pick(tensors: Tensor[], rows: number[]): Promise<Tensor[]> {
    if (!this.pickRows) throw new Error('This cache only computes prompts.')
    const picked: Tensor[] = []
    try {
      for (const data of tensors) {
        const results = await run(this.pickRows, { data, rows: new Tensor('int64', int64(rows), [rows.length]) }, ['picked'])
        picked.push(this.#keep(results['picked'] as Tensor))
      }
      return picked
    } catch (thrown) {
      this.#free(picked)
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
