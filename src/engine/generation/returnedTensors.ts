// Cache tensors: run the graph on them, join them, count them, free them.
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import {
  asSingles,
  type CacheArray,
  type FloatArray,
  freeNow,
  newArray,
  tensorOver,
} from '../runtime/arrays'
import { JOIN } from '../runtime/deviceGraphs'
import { type Feeds, run, runInto } from '../runtime/sessions'
import type { DeviceMemory } from './deviceMemory'
import { int64 } from './feeds'
import type { CausalGraph } from './graph'
import { MIN_ROWS } from './kvCache'
import type { Places } from './places'

/** One per slot of the graph, [rows, heads, width, dim]. */
export type CacheTensors = readonly Tensor[]

/** Rows in the tensors, idle ones included; 0 without tensors. */
export const rowsOf = ([tensor]: CacheTensors): number => tensor?.dims[0] ?? 0

/** Tokens per row that the tensors have room for; 0 without tensors. */
export const widthOf = ([tensor]: CacheTensors): number => tensor?.dims[2] ?? 0

const MOST_JOINED_AT_ONCE = 10

/**
 * How many of `slots` tensors are joined in one run: each run costs a submission to the device, and
 * the old and the new tensors of a run are held at once. It divides `slots`.
 */
export function joinedAtOnce(slots: number): number {
  let count = Math.min(slots, MOST_JOINED_AT_ONCE)
  while (slots % count !== 0) count--
  return count
}

export class ReturnedTensors {
  private count = 0
  /** Of the last run. */
  private lastLogits: Tensor | undefined
  /** Logits converted from half precision. */
  private converted = new Float32Array(0)

  constructor(
    private readonly graph: CausalGraph,
    private readonly places: Places,
  ) {}

  /** Tensors that were created and not freed, the logits of the last run included. */
  get alive(): number {
    return this.count
  }

  /** Tensors of one row without tokens. */
  empty(): CacheTensors {
    const { cacheType, slots } = this.graph
    return slots.map(({ heads, dim }) =>
      this.counted(tensorOver(cacheType, newArray(cacheType, 0), [1, heads, 0, dim])),
    )
  }

  /**
   * Runs the graph on `past` and what `inputFeeds` returned. Returns the cache tensors after it,
   * which are those before it if the graph extends them in place, and the logits where the session
   * leaves them, which are freed or overwritten by the next call.
   */
  async run(past: CacheTensors, inputs: Feeds): Promise<{ tensors: CacheTensors; logits: Tensor }> {
    const { session, slots } = this.graph
    const feeds = { ...inputs }
    slots.forEach(({ input }, slot) => (feeds[input] = past[slot]!))
    const { memory } = this.places
    if (memory) return this.compute(memory, past, feeds)
    this.freeLogits()
    const results = await run(session, feeds, ['logits', ...slots.map(({ output }) => output)])
    const tensors = slots.map(({ output }) => this.counted(results[output]!))
    const logits = results['logits']!
    this.lastLogits = this.counted(logits)
    return { tensors, logits }
  }

  /** {@link run} into tensors that the session is given. */
  private async compute(
    memory: DeviceMemory,
    past: CacheTensors,
    feeds: Feeds,
  ): Promise<{ tensors: CacheTensors; logits: Tensor }> {
    const { session, slots } = this.graph
    const [rows, tokens] = feeds['input_ids']!.dims as [number, number]
    // The mask is as wide as the cache after the run.
    const width = feeds['attention_mask']!.dims[1]!
    const logits = await this.logitsFor(memory, rows, tokens)
    const isExtended = width === widthOf(past)
    const tensors = isExtended ? past : await memory.cache(rows, width)
    if (!isExtended) this.count += tensors.length
    const outputs: Feeds = { logits }
    slots.forEach(({ output }, slot) => (outputs[output] = tensors[slot]!))
    try {
      await runInto(session, feeds, outputs)
    } catch (thrown) {
      if (!isExtended) this.free(tensors)
      throw thrown
    }
    return { tensors, logits }
  }

  /** The tensor of the last run if it fits. */
  private async logitsFor(memory: DeviceMemory, rows: number, tokens: number): Promise<Tensor> {
    const wanted = this.graph.lastLogitsOnly ? 1 : tokens
    const last = this.lastLogits
    if (last?.dims[0] === rows && last.dims[1] === wanted) return last
    this.freeLogits()
    this.lastLogits = this.counted(await memory.logits(rows, wanted))
    return this.lastLogits
  }

  /**
   * The given rows of the logits of the last {@link run} in single precision, one after the other,
   * valid until the next run. Moves rows in place: a row must not overwrite one that is still to be
   * moved.
   */
  async rowsOfLogits(logits: Tensor, rows: readonly number[]): Promise<Float32Array> {
    if (logits.location !== 'cpu') return this.places.logits!.rows(logits, rows)
    const { type, size, data } = logits
    if (type === 'float16' && this.converted.length < size) this.converted = new Float32Array(size)
    const singles = asSingles(data as FloatArray, this.converted)
    const width = this.graph.vocabularySize
    rows.forEach((row, i) => {
      if (row !== i) singles.copyWithin(i * width, row * width, (row + 1) * width)
    })
    return singles.subarray(0, rows.length * width)
  }

  /** Frees the logits of the last {@link run}. */
  freeLogits(): void {
    if (!this.lastLogits) return
    this.count--
    this.lastLogits.dispose()
    this.lastLogits = undefined
  }

  /**
   * New tensors, `width` tokens wide, with the given rows of `first` followed by `second`. An index
   * of at least the number of rows of `first` names a row of `second`.
   * @param session runs {@link joinRowsGraph} for so many tensors.
   * @param rows indices, repeats allowed; the first one is repeated up to {@link MIN_ROWS}.
   */
  async join(
    session: InferenceSession,
    first: CacheTensors,
    second: CacheTensors,
    rows: readonly number[],
    width: number,
  ): Promise<CacheTensors> {
    const padded = [...rows, ...Array<number>(Math.max(0, MIN_ROWS - rows.length)).fill(rows[0]!)]
    const feeds: Feeds = {
      [JOIN.rows]: list(padded),
      [JOIN.padsFirst]: list(padsTo(width, first)),
      [JOIN.padsSecond]: list(padsTo(width, second)),
    }
    first.forEach((tensor, number) => {
      feeds[JOIN.first(number)] = tensor
      feeds[JOIN.second(number)] = second[number]!
    })
    const names = first.map((_, number) => JOIN.joined(number))
    const results = await run(session, feeds, names)
    return names.map((name) => this.counted(results[name]!))
  }

  free(tensors: CacheTensors): void {
    this.count -= tensors.length
    for (const tensor of tensors) {
      if (tensor.location === 'cpu') freeNow(tensor.data as CacheArray)
      tensor.dispose()
    }
  }

  private counted(tensor: Tensor): Tensor {
    this.count++
    return tensor
  }
}

const list = (values: readonly number[]): Tensor =>
  new Tensor('int64', int64(values), [values.length])

/**
 * Input `pads` of the operator Pad that widens cache tensors to `width` tokens: first the padding
 * before each of the four axes, then the padding after each.
 */
const padsTo = (width: number, tensors: CacheTensors): number[] => [
  ...[0, 0, 0, 0],
  ...[0, 0, width - widthOf(tensors), 0],
]
