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

interface Planned {
  draw: RowDraw
  slot: number
  summary: LogitsSummary
  /** undefined: the row is drawn from as a whole. */
  plan: DrawPlan | undefined
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
    const planned = await this.planned(logits, rows)
    const fetched = await this.device.fetch(logits.tensor, this.indicesOf(planned))
    const drawn: Drawn[] = []
    let start = 0
    planned.forEach(({ draw, summary, plan }, i) => {
      if (!plan) return
      this.place(plan.blocks, fetched, start)
      start += plan.blocks.length * BLOCK
      const { settings, seed, position } = draw
      drawn[i] = this.sampler.draw(this.row, summary, plan, settings, seed, position)
    })
    const drawWhole = async (
      from: Float32Array,
      wanted: (row: Planned, i: number) => boolean,
    ): Promise<void> => {
      const numbers = rows.flatMap((_, i) => (wanted(planned[i]!, i) ? [i] : []))
      const draws = numbers.map((i, row) => ({ ...rows[i]!, row }))
      const others = draws.length > 0 ? await this.whole.draw(from, draws) : []
      numbers.forEach((i, at) => (drawn[i] = others[at]))
    }
    await drawWhole(this.device.unpadded(fetched.subarray(start)), ({ plan }) => !plan)
    const isOpen = ({ plan }: Planned, i: number): boolean => plan !== undefined && !drawn[i]
    const open = planned.filter(isOpen).map(({ slot }) => slot)
    if (open.length > 0) await drawWhole(await this.device.rows(logits.tensor, open), isOpen)
    return rows.map((_, i) => drawn[i])
  }

  private async planned(
    { tensor, slots, count }: DeviceLogits,
    rows: readonly RowDraw[],
  ): Promise<Planned[]> {
    const inverse = new Float32Array(count).fill(1)
    for (const { row, settings } of rows)
      if (settings.temperature > 0) inverse[slots[row]!] = 1 / settings.temperature
    const numbers = await this.device.summaries(tensor, inverse)
    const length = this.device.summaryLength
    return rows.map((draw) => {
      const slot = slots[draw.row]!
      const summary = summaryOf(
        numbers.subarray(slot * length, (slot + 1) * length),
        this.device.vocabularySize,
      )
      const plan = this.sampler.plan(summary, draw.settings, draw.seed, draw.position)
      return { draw, slot, summary, plan }
    })
  }

  /** Indices of the blocks of all plans, then of all blocks of the rows without a plan. */
  private indicesOf(planned: readonly Planned[]): Int32Array {
    const { device } = this
    const count = planned.reduce(
      (sum, { plan }) => sum + (plan ? plan.blocks.length : device.blocks),
      0,
    )
    const indices = new Int32Array(count)
    let at = 0
    for (const { slot, plan } of planned)
      if (plan) for (const block of plan.blocks) indices[at++] = device.indexOf(slot, block)
    for (const { slot, plan } of planned)
      if (!plan)
        for (let block = 0; block < device.blocks; block++)
          indices[at++] = device.indexOf(slot, block)
    return indices
  }

  /** Copies blocks, which are one after the other from `start` in `fetched`, to {@link row}. */
  private place(blocks: readonly number[], fetched: Float32Array, start: number): void {
    let next = 0
    for (let i = 0; i < blocks.length; i = next) {
      for (next = i + 1; next < blocks.length && blocks[next] === blocks[next - 1]! + 1;) next++
      const from = start + i * BLOCK
      const to = blocks[i]! * BLOCK
      const length = Math.min((next - i) * BLOCK, this.row.length - to)
      this.row.set(fetched.subarray(from, from + length), to)
    }
  }
}
