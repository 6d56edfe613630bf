// What a device computes of rows of logits, so that most of them need not leave its memory.
import { blocksIn } from './vocabularyScan'

/**
 * Largest relative error of a sum of weights or of roots of weights that a device computes in
 * single precision. The exponential function of WebGPU has an error of 3 + 2 |x| units in the last
 * place; weights that count have |x| < 15, and some are the square of a root. The sum of a block
 * adds at most 128 roundings, the mean error is far less.
 */
export const SUM_ERROR = 2e-5

/** One row of logits in blocks of `BLOCK` tokens. Weights are those of `VocabularyScan`. */
export interface LogitsSummary {
  /** The largest logit of each block; exact. */
  maxima: Float32Array
  /** The sum of the square roots of the weights of each block; see {@link SUM_ERROR}. */
  roots: Float32Array
  /** The sum of the weights of each block; see {@link SUM_ERROR}. */
  sums: Float32Array
  /** The sum of all weights at temperature 1; see {@link SUM_ERROR}. */
  total: number
}

/** Numbers in the summary of a row: maxima, roots, sums, total. */
export const summaryLength = (vocabularySize: number): number => 3 * blocksIn(vocabularySize) + 1

/** @param numbers of one row, in the order of {@link summaryLength}; shared, not copied. */
export function summaryOf(numbers: Float32Array, vocabularySize: number): LogitsSummary {
  const blocks = blocksIn(vocabularySize)
  return {
    maxima: numbers.subarray(0, blocks),
    roots: numbers.subarray(blocks, 2 * blocks),
    sums: numbers.subarray(2 * blocks, 3 * blocks),
    total: numbers[3 * blocks]!,
  }
}

/** The sum of all weights at the temperature of the row; see {@link SUM_ERROR}. */
export function massOf({ sums }: LogitsSummary): number {
  let mass = 0
  for (const sum of sums) mass += sum
  return mass
}

/** Whether a device computed the summary of finite logits, as far as can be seen. */
export function isSound({ maxima, roots, sums, total }: LogitsSummary): boolean {
  for (let block = 0; block < maxima.length; block++)
    if (!Number.isFinite(maxima[block]) || !(sums[block]! >= 0) || !(roots[block]! >= 0))
      return false
  return Number.isFinite(total) && total >= 1 - SUM_ERROR
}
