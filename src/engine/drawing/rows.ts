// The next tokens of many rows, drawn one after the other: the share of one thread.
import type { DistributionSettings, Draw, TokenSampler } from '../../core/sampling/tokenSampler'
import { asFailure } from '../runtime/outOfMemory'

/** What to draw; see {@link TokenSampler.draw}. */
export interface RowDraw {
  /** 0-based among the rows of logits. Several may name one row. */
  row: number
  settings: DistributionSettings
  seed: number
  position: number
  seen: ReadonlySet<number>
}

/** undefined where the row's logits are no numbers. */
export type Drawn = Draw | undefined

export interface Drawing {
  /** @param logits row-major, rows × vocabulary; unchanged until this resolves, and by it. */
  draw(logits: Float32Array, rows: readonly RowDraw[]): Promise<Drawn[]>
}

/** @param logits row-major, rows × vocabulary; as before when this returns. */
export function drawRows(
  sampler: TokenSampler,
  logits: Float32Array,
  rows: readonly RowDraw[],
): Drawn[] {
  const size = sampler.vocabularySize
  return rows.map(({ row, settings, seed, position, seen }) => {
    try {
      return sampler.draw(
        logits.subarray(row * size, (row + 1) * size),
        settings,
        seed,
        position,
        seen,
      )
    } catch (thrown) {
      if (asFailure(thrown) !== thrown) throw thrown
      return undefined
    }
  })
}
