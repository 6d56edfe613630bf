// Cholesky decomposition of small dense matrices, stored row by row.

/**
 * The lower triangular factor L with L·Lᵀ = A.
 * @param matrix A: symmetric and positive definite, dim × dim; only its lower triangle is read.
 */
export function choleskyFactor(matrix: Float64Array, dim: number): Float64Array {
  const factor = new Float64Array(dim * dim)
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * dim + j]!
      for (let l = 0; l < j; l++) sum -= factor[i * dim + l]! * factor[j * dim + l]!
      factor[i * dim + j] = i === j ? Math.sqrt(sum) : sum / factor[j * dim + j]!
    }
  }
  return factor
}

/** The solution x of L·Lᵀ·x = b. */
export function choleskySolve(factor: Float64Array, dim: number, b: Float64Array): Float64Array {
  const x = Float64Array.from(b)
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < i; j++) x[i]! -= factor[i * dim + j]! * x[j]!
    x[i]! /= factor[i * dim + i]!
  }
  for (let i = dim - 1; i >= 0; i--) {
    for (let j = i + 1; j < dim; j++) x[i]! -= factor[j * dim + i]! * x[j]!
    x[i]! /= factor[i * dim + i]!
  }
  return x
}

/** (L·Lᵀ)⁻¹, dim × dim. */
export function choleskyInverse(factor: Float64Array, dim: number): Float64Array {
  const inverse = new Float64Array(dim * dim)
  const unit = new Float64Array(dim)
  for (let i = 0; i < dim; i++) {
    unit.fill(0)
    unit[i] = 1
    inverse.set(choleskySolve(factor, dim, unit), i * dim)
  }
  return inverse
}
