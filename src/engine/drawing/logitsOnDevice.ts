// Reduces and fetches logits that are in the memory of a device.
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { summaryLength } from '../../core/sampling/logitsSummary'
import { BLOCK, blocksIn } from '../../core/sampling/vocabularyScan'
import type { FloatType } from '../runtime/arrays'
import { fetchGraph, LOGITS, summaryGraph } from '../runtime/logitsGraphs'
import { run, runInto } from '../runtime/sessions'
import type { SmallSessions } from '../runtime/smallSessions'

export class LogitsOnDevice {
  /** Blocks of a row. */
  readonly blocks: number
  /** Memory for fetched blocks. */
  private fetched = new Float32Array(0)

  private constructor(
    readonly vocabularySize: number,
    private readonly summarising: InferenceSession,
    private readonly fetching: InferenceSession,
  ) {
    this.blocks = blocksIn(vocabularySize)
  }

  /**
   * Throws an error of the runtime if the device lacks an operator.
   * @param sessions those of this object are among them, and are released with them.
   */
  static async create(
    sessions: SmallSessions,
    logitsType: FloatType,
    vocabularySize: number,
  ): Promise<LogitsOnDevice> {
    const options = { onDeviceOnly: true }
    return new LogitsOnDevice(
      vocabularySize,
      await sessions.load(summaryGraph(logitsType, vocabularySize), options),
      await sessions.load(fetchGraph(logitsType, vocabularySize), options),
    )
  }

  /**
   * @param logits whose last dimension is the vocabulary.
   * @param inverse 1 / temperature of each row.
   * @returns the summaries of all rows; see `summaryOf`.
   */
  async summaries(logits: Tensor, inverse: Float32Array): Promise<Float32Array> {
    const halves = inverse.map((value) => value / 2)
    const feeds = {
      [LOGITS.logits]: logits,
      [LOGITS.halfInverse]: new Tensor('float32', halves, [halves.length, 1, 1]),
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

  /**
   * The blocks with the given indices in single precision, one after the other, each `BLOCK`
   * numbers. Valid until the next call.
   */
  async fetch(logits: Tensor, indices: Int32Array): Promise<Float32Array> {
    const size = indices.length * BLOCK
    if (size === 0) return new Float32Array(0)
    if (this.fetched.length < size) this.fetched = new Float32Array(size)
    const fetched = this.fetched.subarray(0, size)
    const feeds = {
      [LOGITS.logits]: logits,
      [LOGITS.wanted]: new Tensor('int32', indices, [indices.length]),
    }
    const target = new Tensor('float32', fetched, [indices.length, BLOCK])
    await runInto(this.fetching, feeds, { [LOGITS.fetched]: target })
    return fetched
  }

  /** Whole rows, one after the other. Valid until the next call of {@link fetch}. */
  async rows(logits: Tensor, rows: readonly number[]): Promise<Float32Array> {
    const { blocks } = this
    const indices = Int32Array.from({ length: rows.length * blocks }, (_, i) =>
      this.indexOf(rows[Math.floor(i / blocks)]!, i % blocks),
    )
    return this.unpadded(await this.fetch(logits, indices))
  }

  /** Rows of whole blocks, moved in place one after the other. */
  unpadded(padded: Float32Array): Float32Array {
    const { vocabularySize } = this
    const width = this.blocks * BLOCK
    if (width === vocabularySize) return padded
    const rows = padded.length / width
    for (let i = 1; i < rows; i++)
      padded.copyWithin(i * vocabularySize, i * width, i * width + vocabularySize)
    return padded.subarray(0, rows * vocabularySize)
  }
}
