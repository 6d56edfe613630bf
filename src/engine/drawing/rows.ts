// Draws the next token of each of several rows, on one thread.
import type { DistributionSettings, Draw, TokenSampler } from '../../core/sampling/tokenSampler'
import { asFailure } from '../runtime/outOfMemory'

/** One draw; see {@link TokenSampler.draw}. */
export interface RowDraw {
  /** Index of the row of logits. Several draws may use one row. */
  row: number
  settings: DistributionSettings
  seed: number
  position: number
  seen: ReadonlySet<number>
}

/** undefined if the row has no finite logit. */
export type Drawn = Draw | undefined

/** Draws from logits of the type `L`. */
export interface Drawing<L = Float32Array> {
  /**
   * @param logits of some rows; an array is row-major, rows × vocabulary. The caller must not
   *   change them until this resolves; they have the same values afterwards.
   */
  draw(logits: L, rows: readonly RowDraw[]): Promise<Drawn[]>
}

/** @param logits row-major, rows × vocabulary; unchanged when this returns. */
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
