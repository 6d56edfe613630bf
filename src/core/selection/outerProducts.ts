// Sums of outer products.

/** Adds Σ r·rᵀ over vectors r to a dim × dim matrix, in its lower triangle. */
export function addOuterProducts(
  matrix: Float64Array,
  vectors: Iterable<Float64Array>,
  dim: number,
): void {
  for (const vector of vectors)
    for (let i = 0; i < dim; i++) {
      const value = vector[i]!
      for (let j = 0; j <= i; j++) matrix[i * dim + j]! += value * vector[j]!
    }
}
