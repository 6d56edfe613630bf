// Draws from logits that stay on the device: from a summary and the blocks that can matter, else
// from the whole row.
// Invariant I9.
import type { Tensor } from 'onnxruntime-node'
import { type LogitsSummary, summaryOf } from '../../core/sampling/logitsSummary'
import { type DrawPlan, SummarySampler } from '../../core/sampling/summarySampler'
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

/** A row of which some blocks are fetched. */
interface Partly {
  draw: RowDraw
  slot: number
  summary: LogitsSummary
  plan: DrawPlan
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
      const plan = this.sampler.plan(summary, draw.settings, draw.seed, draw.position)
      return plan && { draw, slot, summary, plan }
    })
    const fetched = await this.device.fetch(tensor, this.indicesOf(parts))
    let start = 0
    return parts.map((part) => {
      if (!part) return undefined
      const { draw, summary, plan } = part
      this.place(plan.blocks, fetched, start)
      start += plan.blocks.length * BLOCK
      return this.sampler.draw(this.row, summary, plan, draw.settings, draw.seed, draw.position)
    })
  }

  /** Indices of the blocks of all plans, in order. */
  private indicesOf(parts: readonly (Partly | undefined)[]): Int32Array {
    const count = parts.reduce((sum, part) => sum + (part?.plan.blocks.length ?? 0), 0)
    const indices = new Int32Array(count)
    let at = 0
    for (const part of parts)
      if (part)
        for (const block of part.plan.blocks) indices[at++] = this.device.indexOf(part.slot, block)
    return indices
  }

  /** Copies blocks, which are one after the other from `start` in `fetched`, to {@link row}. */
  private place(blocks: readonly number[], fetched: Float32Array, start: number): void {
    for (let i = 0; i < blocks.length; i++) {
      const from = start + i * BLOCK
      const to = blocks[i]! * BLOCK
      const length = Math.min(BLOCK, this.row.length - to)
      this.row.set(fetched.subarray(from, from + length), to)
    }
  }
}
