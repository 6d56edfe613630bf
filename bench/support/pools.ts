// Pools of unit vectors, and straightforward implementations of similarities and objective.
import { Matrix } from 'ml-matrix'
import { randomOf } from './data'

export const DIM = 384

/**
 * Unit vectors distributed like those of responses to one prompt: pairs have a similarity of about
 * 0.8, and some vectors are more central than others.
 */
export function clusteredVectors(size: number, seed: number): Float32Array {
  const random = randomOf(seed)
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const centre = Float64Array.from({ length: DIM }, normal)
  const vectors = new Float32Array(size * DIM)
  for (let start = 0; start < vectors.length; start += DIM) {
    const spread = 0.25 + 0.5 * random()
    let squares = 0
    for (let d = 0; d < DIM; d++) {
      const value = centre[d]! + spread * normal()
      vectors[start + d] = value
      squares += value * value
    }
    const norm = Math.sqrt(squares)
    for (let d = 0; d < DIM; d++) vectors[start + d] = vectors[start + d]! / norm
  }
  return vectors
}

/** S_ij = e_i·e_j, 0 on the diagonal; row-major. */
export function definedSimilarities(vectors: Float32Array): Float64Array {
  const size = vectors.length / DIM
  const similarities = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0
      for (let d = 0; d < DIM; d++) sum += vectors[i * DIM + d]! * vectors[j * DIM + d]!
      similarities[i * size + j] = sum
      similarities[j * size + i] = sum
    }
  }
  return similarities
}

export const matrixOf = (similarities: Float64Array, size: number): Matrix =>
  Matrix.from1DArray(size, size, similarities)

/** The objective of a pair, as defined in the paper. */
export function pairObjective(
  similarities: Float64Array,
  size: number,
  [i, j]: readonly [number, number],
  lambda: number,
): number {
  let total = 0
  for (let other = 0; other < size; other++)
    total += similarities[i * size + other]! + similarities[j * size + other]!
  return total / (2 * (size - 1)) - lambda * similarities[i * size + j]!
}

/** The largest objective of all pairs, by enumeration. */
export function bestPairObjective(
  similarities: Float64Array,
  size: number,
  lambda: number,
): number {
  const sums = Array.from({ length: size }, (_, i) =>
    similarities.subarray(i * size, (i + 1) * size).reduce((sum, value) => sum + value, 0),
  )
  let best = -Infinity
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++)
      best = Math.max(
        best,
        (sums[i]! + sums[j]!) / (2 * (size - 1)) - lambda * similarities[i * size + j]!,
      )
  }
  return best
}
