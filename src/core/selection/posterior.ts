// What the labels say about the weights of a linear reward: a normal distribution.

export interface Posterior {
  /** Number of features. */
  dim: number
  mean: Float64Array
  /** dim × dim, symmetric. */
  covariance: Float64Array
}

/** mean·φ for each row of features. */
export function rewardsOf(
  features: Float64Array,
  { mean, dim }: Omit<Posterior, 'covariance'>,
): Float64Array {
  const rewards = new Float64Array(features.length / dim)
  for (let row = 0; row < rewards.length; row++)
    for (let i = 0; i < dim; i++) rewards[row]! += mean[i]! * features[row * dim + i]!
  return rewards
}

/** (φ_i − φ_j)ᵀ Σ (φ_i − φ_j) for one i and every j. */
export function varianceToOne(
  features: Float64Array,
  posterior: Posterior,
  i: number,
): Float64Array {
  const { dim } = posterior
  const variances = new Float64Array(features.length / dim)
  const difference = new Float64Array(dim)
  for (let j = 0; j < variances.length; j++) {
    for (let d = 0; d < dim; d++) difference[d] = features[i * dim + d]! - features[j * dim + d]!
    variances[j] = varianceOf(difference, posterior)
  }
  return variances
}

/** (φ_i − φ_j)ᵀ Σ (φ_i − φ_j) for all i and j, as rows. */
export function varianceOfDifferences(
  features: Float64Array,
  posterior: Posterior,
): Float64Array[] {
  const products = productsInCovariance(features, posterior)
  return products.map((row, i) =>
    row.map((product, j) => products[i]![i]! + products[j]![j]! - 2 * product),
  )
}

/** φ_iᵀ Σ φ_j for all i and j, as rows. */
export function productsInCovariance(features: Float64Array, posterior: Posterior): Float64Array[] {
  const { dim } = posterior
  const size = features.length / dim
  const rows = Array.from({ length: size }, (_, i) => features.subarray(i * dim, (i + 1) * dim))
  const images = rows.map((row) => imageOf(row, posterior))
  return images.map((image) => Float64Array.from(rows, (row) => dot(image, row)))
}

/** dᵀ Σ d. */
const varianceOf = (difference: Float64Array, posterior: Posterior): number =>
  dot(difference, imageOf(difference, posterior))

/** Σ·d. */
export function imageOf(difference: Float64Array, { covariance, dim }: Posterior): Float64Array {
  const image = new Float64Array(dim)
  for (let i = 0; i < dim; i++) {
    let sum = 0
    for (let j = 0; j < dim; j++) sum += covariance[i * dim + j]! * difference[j]!
    image[i] = sum
  }
  return image
}

/** The scalar product, over the length of `one`. */
export function dot(one: Float64Array, other: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < one.length; i++) sum += one[i]! * other[i]!
  return sum
}
