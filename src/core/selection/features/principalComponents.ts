// Principal components of vectors.
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { addOuterProducts } from '../outerProducts'
import { dot } from '../posterior'

/** Directions of largest variance, best first; each a row of `dim` numbers. */
export type Components = readonly Float64Array[]

/**
 * The directions in which vectors differ within their groups: each group is centred on its own
 * mean. At most `count`; fewer where the variance is 0 beyond.
 * @param groups row-major vectors of `dim` numbers, one array per group.
 */
export function withinGroupComponents(
  groups: readonly Float32Array[],
  dim: number,
  count: number,
): Components {
  const rows = groups.flatMap((vectors) => centredRows(vectors, dim))
  if (rows.length >= dim) return largestDirections(scatterOf(rows, dim), dim, count)
  // X·Xᵀ has the eigenvalues of Xᵀ·X; an eigenvector u of it gives the direction Xᵀ·u.
  const gram = Float64Array.from(rows.flatMap((one) => rows.map((other) => dot(one, other))))
  return largestDirections(gram, rows.length, count).map((weights) => unitSum(rows, weights, dim))
}

/** Xᵀ·X of rows X. */
function scatterOf(rows: readonly Float64Array[], dim: number): Float64Array {
  const scatter = new Float64Array(dim * dim)
  addOuterProducts(scatter, rows, dim)
  for (let i = 0; i < dim; i++)
    for (let j = 0; j < i; j++) scatter[j * dim + i] = scatter[i * dim + j]!
  return scatter
}

/** The weighted sum of rows, at length 1. */
function unitSum(rows: readonly Float64Array[], weights: Float64Array, dim: number): Float64Array {
  const sum = new Float64Array(dim)
  rows.forEach((row, r) => {
    for (let i = 0; i < dim; i++) sum[i]! += weights[r]! * row[i]!
  })
  const length = Math.sqrt(dot(sum, sum))
  return sum.map((value) => value / length)
}

function largestDirections(scatter: Float64Array, dim: number, count: number): Components {
  if (dim === 0) return []
  const matrix = Matrix.from1DArray(dim, dim, scatter)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  })
  const order = realEigenvalues.map((_, i) => i)
  order.sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
  const least = 1e-9 * Math.max(0, ...realEigenvalues)
  return order
    .slice(0, count)
    .filter((i) => realEigenvalues[i]! > least)
    .map((i) => Float64Array.from(eigenvectorMatrix.getColumn(i)))
}

/** The vectors, a row each, less their mean. */
export function centredRows(vectors: Float32Array, dim: number): Float64Array[] {
  const size = vectors.length / dim
  const mean = new Float64Array(dim)
  for (let i = 0; i < vectors.length; i++) mean[i % dim]! += vectors[i]! / size
  return Array.from({ length: size }, (_, row) =>
    Float64Array.from({ length: dim }, (_value, d) => vectors[row * dim + d]! - mean[d]!),
  )
}

/** The coordinates of one vector along each component. */
export const coordinates = (vector: ArrayLike<number>, components: Components): Float64Array =>
  Float64Array.from(components, (component) => dot(component, vector))
