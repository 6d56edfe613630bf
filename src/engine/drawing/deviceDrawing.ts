// Draws from logits that stay on the device: from a summary and the blocks that can matter, else
// from the whole row.
// Invariant I9.
import type { Tensor } from 'onnxruntime-node'
import { type LogitsSummary, summaryOf } from '../../core/sampling/logitsSummary'
import { SummarySampler } from '../../core/sampling/summarySampler'
import { BLOCK } from '../../core/sampling/vocabularyScan'
import type { LogitsOnDevice } from './logitsOnDevice'
import type { Drawing, Drawn, RowDraw } from './rows'

/** Logits on a device. */
export interface DeviceLogits {
  /** [.., vocabulary]. */
  tensor: Tensor
  /** The row of the tensor for each row of a batch. */
  slots: readonly number[]
  /** Rows in the tensor. */
  count: number
}

/** A row and the blocks of it that are fetched. */
interface Partly {
  draw: RowDraw
  slot: number
  summary: LogitsSummary
  blocks: number[]
}

export class DeviceDrawing implements Drawing<Float32Array | DeviceLogits> {
  private readonly sampler: SummarySampler
  /** One row; blocks that were not fetched hold numbers of other rows. */
  private readonly row: Float32Array

  constructor(
    private readonly device: LogitsOnDevice,
    private readonly whole: Drawing,
  ) {
    this.sampler = new SummarySampler(device.vocabularySize)
    this.row = new Float32Array(device.vocabularySize)
  }

  async draw(logits: Float32Array | DeviceLogits, rows: readonly RowDraw[]): Promise<Drawn[]> {
    if (logits instanceof Float32Array) return this.whole.draw(logits, rows)
    const drawn = await this.drawPartly(logits, rows)
    const open = rows.flatMap((_, i) => (drawn[i] ? [] : [i]))
    if (open.length === 0) return drawn
    const slots = open.map((i) => logits.slots[rows[i]!.row]!)
    const others = await this.whole.draw(
      await this.device.rows(logits.tensor, slots),
      open.map((i, row) => ({ ...rows[i]!, row })),
    )
    open.forEach((i, at) => (drawn[i] = others[at]))
    return drawn
  }

  /** Draws what summaries and some blocks decide; undefined for the other rows. */
  private async drawPartly(
    { tensor, slots, count }: DeviceLogits,
    rows: readonly RowDraw[],
  ): Promise<Drawn[]> {
    const inverse = new Float32Array(count).fill(1)
    for (const { row, settings } of rows)
      if (settings.temperature > 0) inverse[slots[row]!] = 1 / settings.temperature
    const numbers = await this.device.summaries(tensor, inverse)
    const length = this.device.summaryLength
    const parts = rows.map((draw): Partly | undefined => {
      const slot = slots[draw.row]!
      const summary = summaryOf(
        numbers.subarray(slot * length, (slot + 1) * length),
        this.device.vocabularySize,
      )
      const blocks = this.sampler.blocksFor(summary, draw.settings, draw.seed, draw.position)
      return blocks && { draw, slot, summary, blocks }
    })
    const fetched = await this.device.fetch(
      tensor,
      parts.flatMap(
        (part) => part?.blocks.map((block) => this.device.indexOf(part.slot, block)) ?? [],
      ),
    )
    let start = 0
    return parts.map((part) => {
      if (!part) return undefined
      const end = start + part.blocks.length * BLOCK
      this.place(part.blocks, fetched.subarray(start, end))
      start = end
      const { settings, seed, position } = part.draw
      return this.sampler.draw(this.row, part.summary, settings, seed, position)
    })
  }

  private place(blocks: readonly number[], fetched: Float32Array): void {
    blocks.forEach((block, i) => {
      const length = Math.min(BLOCK, this.row.length - block * BLOCK)
      this.row.set(fetched.subarray(i * BLOCK, i * BLOCK + length), block * BLOCK)
    })
  }
}
