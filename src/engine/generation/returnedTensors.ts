// Cache tensors that a graph returned: run the graph on them, count them, free them.
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
import type { LogitsOnDevice } from '../drawing/logitsOnDevice'
import { int64 } from './feeds'
import type { CausalGraph } from './graph'
import { MIN_ROWS } from './kvCache'

/** One per slot of the graph, [rows, heads, width, dim]. */
export type CacheTensors = readonly Tensor[]

/** Rows in the tensors, idle ones included; 0 without tensors. */
export const rowsOf = ([tensor]: CacheTensors): number => tensor?.dims[0] ?? 0

/** Tokens per row that the tensors have room for; 0 without tensors. */
export const widthOf = ([tensor]: CacheTensors): number => tensor?.dims[2] ?? 0

export class ReturnedTensors {
  private count = 0
  /** Of the last run. */
  private logits: Tensor | undefined
  /** Logits converted from half precision. */
  private converted = new Float32Array(0)

  /** @param device required if the session leaves logits on a device. */
  constructor(
    private readonly graph: CausalGraph,
    private readonly device?: LogitsOnDevice,
  ) {}

  /** Tensors that were created and not freed. */
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
   * Runs the graph on `past`. Returns the cache tensors after it, and the logits where the session
   * leaves them, which are freed by the next call.
   */
  async run(past: CacheTensors, inputs: Feeds): Promise<{ tensors: CacheTensors; logits: Tensor }> {
    const { session, slots } = this.graph
    const feeds = { ...inputs }
    slots.forEach(({ input }, slot) => (feeds[input] = past[slot]!))
    this.freeLogits()
    const results = await run(session, feeds, ['logits', ...slots.map(({ output }) => output)])
    const tensors = slots.map(({ output }) => this.counted(results[output]!))
    const logits = results['logits']!
    this.logits = logits
    return { tensors, logits }
  }

  /**
   * The given rows of the logits of the last {@link run} in single precision, one after the other,
   * valid until the next run. Moves rows in place: a row must not overwrite one that is still to be
   * moved.
   */
  async rowsOfLogits(logits: Tensor, rows: readonly number[]): Promise<Float32Array> {
    if (logits.location !== 'cpu') return this.device!.rows(logits, rows)
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
    this.logits?.dispose()
    this.logits = undefined
  }

  /**
   * New tensors, `width` tokens wide, with the given rows of `first` followed by `second`. An index
   * of at least the number of rows of `first` names a row of `second`.
   * @param session runs {@link joinRowsGraph} for the graph's slots.
   * @param rows indices, repeats allowed; the first one is repeated up to {@link MIN_ROWS}.
   */
  async join(
    session: InferenceSession,
    first: CacheTensors,
    second: CacheTensors,
    rows: readonly number[],
    width: number,
  ): Promise<CacheTensors> {
    const { slots } = this.graph
    const padded = [...rows, ...Array<number>(Math.max(0, MIN_ROWS - rows.length)).fill(rows[0]!)]
    const feeds: Feeds = {
      rows: list(padded),
      'pads.first': list(padsTo(width, first)),
      'pads.second': list(padsTo(width, second)),
    }
    slots.forEach((_, slot) => {
      feeds[JOIN.first(slot)] = first[slot]!
      feeds[JOIN.second(slot)] = second[slot]!
    })
    const names = slots.map((_, slot) => JOIN.joined(slot))
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
