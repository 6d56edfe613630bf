// Reduces and fetches logits that are in the memory of a device.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { MASS_DEPTHS, summaryLength } from '../../core/sampling/logitsSummary'
import { BLOCK, blocksIn } from '../../core/sampling/vocabularyScan'
import type { Device } from '../../shared/domain'
import type { FloatType } from '../runtime/arrays'
import { fetchGraph, LOGITS, summaryGraph } from '../runtime/logitsGraphs'
import { type Feeds, FATAL_ONLY, run } from '../runtime/sessions'
import { ELEMENTS } from '../runtime/smallGraphs'

/** Below any logit; finite, and finite after division by a temperature. */
const LOWEST = -1e30

/** The runtime would move logits to the CPU for an operator that the device lacks. */
const ON_DEVICE_ONLY = { session: { disable_cpu_ep_fallback: '1' } }

export class LogitsOnDevice {
  private readonly blocks: number
  private readonly common: Feeds
  private readonly constants: Feeds

  private constructor(
    readonly vocabularySize: number,
    private readonly summarising: InferenceSession,
    private readonly fetching: InferenceSession,
  ) {
    this.blocks = blocksIn(vocabularySize)
    this.common = {
      [LOGITS.matrix]: integers([-1, vocabularySize]),
      ...(isPadded(vocabularySize)
        ? {
            [LOGITS.pads]: integers([0, 0, 0, this.blocks * BLOCK - vocabularySize]),
            [LOGITS.lowest]: single(LOWEST),
          }
        : {}),
    }
    this.constants = {
      [LOGITS.shape]: integers([-1, this.blocks, BLOCK]),
      [LOGITS.blocks]: integers([1]),
      [LOGITS.tokens]: integers([2]),
      [LOGITS.zero]: single(0),
      ...Object.fromEntries(MASS_DEPTHS.map((depth, i) => [LOGITS.depth(i), single(-depth)])),
    }
  }

  /** Throws an error of the runtime if the device lacks an operator. */
  static async create(
    device: Device,
    logitsType: FloatType,
    vocabularySize: number,
  ): Promise<LogitsOnDevice> {
    const options: InferenceSession.SessionOptions = {
      executionProviders: [device],
      logSeverityLevel: FATAL_ONLY,
      ...(device === 'cpu' ? {} : { extra: ON_DEVICE_ONLY }),
    }
    const element = ELEMENTS[logitsType]
    const padded = isPadded(vocabularySize)
    const summarising = await InferenceSession.create(summaryGraph(element, padded), options)
    try {
      const fetching = await InferenceSession.create(fetchGraph(element, padded), options)
      return new LogitsOnDevice(vocabularySize, summarising, fetching)
    } catch (thrown) {
      await summarising.release()
      throw thrown
    }
  }

  /**
   * @param logits whose last dimension is the vocabulary.
   * @param inverse 1 / temperature of each row.
   * @returns the summaries of all rows; see `summaryOf`.
   */
  async summaries(logits: Tensor, inverse: Float32Array): Promise<Float32Array> {
    const feeds = {
      ...this.common,
      ...this.constants,
      [LOGITS.logits]: logits,
      [LOGITS.inverse]: new Tensor('float32', inverse, [inverse.length, 1, 1]),
    }
    const { data } = (await run(this.summarising, feeds, [LOGITS.summary]))[LOGITS.summary]!
    return data as Float32Array
  }

  /** Numbers per row in {@link summaries}. */
  get summaryLength(): number {
    return summaryLength(this.vocabularySize)
  }

  /** The index of a block of a row among all blocks. */
  indexOf(row: number, block: number): number {
    return row * this.blocks + block
  }

  /** The blocks with the given indices, one after the other, each `BLOCK` numbers. */
  async fetch(logits: Tensor, indices: readonly number[]): Promise<Float32Array> {
    if (indices.length === 0) return new Float32Array(0)
    const feeds = {
      ...this.common,
      [LOGITS.shape]: integers([-1, BLOCK]),
      [LOGITS.logits]: logits,
      [LOGITS.wanted]: integers(indices),
    }
    const { data } = (await run(this.fetching, feeds, [LOGITS.fetched]))[LOGITS.fetched]!
    return data as Float32Array
  }

  /** Whole rows, one after the other. */
  async rows(logits: Tensor, rows: readonly number[]): Promise<Float32Array> {
    const blocks = Array.from({ length: this.blocks }, (_, block) => block)
    const padded = await this.fetch(
      logits,
      rows.flatMap((row) => blocks.map((block) => this.indexOf(row, block))),
    )
    const width = this.blocks * BLOCK
    const { vocabularySize } = this
    if (width === vocabularySize) return padded
    rows.forEach((_, i) =>
      padded.copyWithin(i * vocabularySize, i * width, i * width + vocabularySize),
    )
    return padded.subarray(0, rows.length * vocabularySize)
  }

  async release(): Promise<void> {
    await this.summarising.release()
    await this.fetching.release()
  }
}

const isPadded = (vocabularySize: number): boolean => vocabularySize % BLOCK !== 0

const integers = (values: readonly number[]): Tensor =>
  new Tensor('int64', BigInt64Array.from(values, BigInt), [values.length])

const single = (value: number): Tensor => new Tensor('float32', Float32Array.of(value), [1])
