// What a device computes of rows of logits, so that most of them need not leave its memory.
import { blocksIn } from './vocabularyScan'

/**
 * Largest relative error of a sum of weights that a device computes in single precision. The
 * exponential function of WebGPU has an error of 3 + 2 |x| units in the last place; weights that
 * count have |x| < 15. The sum of a block adds at most 128 roundings, the mean error is far less.
 */
export const SUM_ERROR = 2e-5

/** See {@link LogitsSummary.masses}; in nats, after temperature. */
export const MASS_DEPTHS = [1, 2, 3, 4, 6, 8, 11] as const

/** One row of logits in blocks of `BLOCK` tokens. Weights are those of `VocabularyScan`. */
export interface LogitsSummary {
  /** The largest logit of each block; exact. */
  maxima: Float32Array
  /** The sum of the weights of each block; see {@link SUM_ERROR}. */
  sums: Float32Array
  /** The sum of all weights at temperature 1; see {@link SUM_ERROR}. */
  total: number
  /**
   * For each of {@link MASS_DEPTHS} the sum of the weights of the tokens that are at most so far
   * below the largest logit; see {@link SUM_ERROR}.
   */
  masses: Float32Array
}

/** Numbers in the summary of a row: maxima, sums, total, masses. */
export const summaryLength = (vocabularySize: number): number =>
  2 * blocksIn(vocabularySize) + 1 + MASS_DEPTHS.length

/** @param numbers of one row, in the order of {@link summaryLength}; shared, not copied. */
export function summaryOf(numbers: Float32Array, vocabularySize: number): LogitsSummary {
  const blocks = blocksIn(vocabularySize)
  return {
    maxima: numbers.subarray(0, blocks),
    sums: numbers.subarray(blocks, 2 * blocks),
    total: numbers[2 * blocks]!,
    masses: numbers.subarray(2 * blocks + 1, summaryLength(vocabularySize)),
  }
}

/** The sum of all weights at the temperature of the row; see {@link SUM_ERROR}. */
export const massOf = ({ sums }: LogitsSummary): number => sums.reduce((a, b) => a + b, 0)

/**
 * A depth within which the weights of the tokens surely reach `mass`; undefined if no depth of the
 * summary does.
 */
export function depthReaching({ masses }: LogitsSummary, mass: number): number | undefined {
  const found = masses.findIndex((value) => value * (1 - 2 * SUM_ERROR) >= mass)
  return MASS_DEPTHS[found]
}

/** Whether a device computed the summary of finite logits, as far as can be seen. */
export const isSound = ({ maxima, sums, total }: LogitsSummary): boolean =>
  maxima.every(Number.isFinite) &&
  sums.every((sum) => sum >= 0) &&
  Number.isFinite(total) &&
  total >= 1 - SUM_ERROR
