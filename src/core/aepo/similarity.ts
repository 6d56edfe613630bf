// Similarities S_ij = e_i·e_j of a pool (0 on the diagonal): stored as a matrix for pools of
// ordinary size, computed on demand for large ones.
import { Matrix } from 'ml-matrix'

/**
 * Largest pool whose N × N matrix is stored (8 MB of doubles); for larger pools, similarities are
 * computed on demand.
 */
const MATRIX_LIMIT = 1024

/** Rows computed together, so that each vector is read once for all of them. */
const ROWS_AT_ONCE = 4

/**
 * The similarities of `size` candidates. Stored and computed similarities have the same bits: each
 * product is summed over the dimensions in order.
 */
export interface Similarities {
  readonly size: number
  /** Σ_j S_ij for each i. */
  readonly rowSums: Float64Array
  /** S_ij; 0 for i = j. */
  at(i: number, j: number): number
  /** Row i, `size` entries. The next call may overwrite the array. */
  row(i: number): Float64Array
  /**
   * Calls `visit` once per i, ascending, with row i. Only entries j > i are valid, and only during
   * the call.
   */
  forEachRow(visit: (i: number, row: Float64Array) => void): void
}

/**
 * @param vectors row-major, `vectors.length / dim` rows of unit length (or zero).
 * @param matrixLimit largest pool whose matrix is stored.
 */
export function similaritiesOf(
  vectors: Float32Array,
  dim: number,
  matrixLimit = MATRIX_LIMIT,
): Similarities {
  const size = dim === 0 ? 0 : vectors.length / dim
  return size <= matrixLimit
    ? StoredSimilarities.of(vectors, size, dim)
    : new ComputedSimilarities(vectors, size, dim)
}

/**
 * Stores the matrix: each row is computed above the diagonal and mirrored below it. `Matrix.gram`
 * of ml-matrix needs memory for two matrices and more than twice the time.
 */
export class StoredSimilarities implements Similarities {
  readonly size: number

  /** @param matrix symmetric, 0 on the diagonal. */
  constructor(
    private readonly matrix: Matrix,
    readonly rowSums: Float64Array,
  ) {
    this.size = matrix.rows
  }

  static of(vectors: Float32Array, size: number, dim: number): StoredSimilarities {
    const matrix = new Matrix(size, size)
    forEachRowOf(Float64Array.from(vectors), size, dim, (i, row) => {
      for (let j = 0; j < i; j++) row[j] = matrix.get(j, i)
      row[i] = 0
      matrix.setRow(i, row)
    })
    return new StoredSimilarities(matrix, rowSumsOf(vectors, size, dim))
  }

  at(i: number, j: number): number {
    return this.matrix.get(i, j)
  }

  row(i: number): Float64Array {
    const row = new Float64Array(this.size)
    for (let j = 0; j < this.size; j++) row[j] = this.matrix.get(i, j)
    return row
  }

  forEachRow(visit: (i: number, row: Float64Array) => void): void {
    const row = new Float64Array(this.size)
    for (let i = 0; i < this.size; i++) {
      for (let j = i + 1; j < this.size; j++) row[j] = this.matrix.get(i, j)
      visit(i, row)
    }
  }
}

class ComputedSimilarities implements Similarities {
  readonly rowSums: Float64Array
  /** Converted to doubles once, which is three times as fast as in each product. */
  private readonly vectors: Float64Array
  private readonly buffer: Float64Array

  constructor(
    vectors: Float32Array,
    readonly size: number,
    private readonly dim: number,
  ) {
    this.rowSums = rowSumsOf(vectors, size, dim)
    this.vectors = Float64Array.from(vectors)
    this.buffer = new Float64Array(size)
  }

  at(i: number, j: number): number {
    return i === j ? 0 : dot(this.vectors, i * this.dim, j * this.dim, this.dim)
  }

  row(i: number): Float64Array {
    for (let j = 0; j < this.size; j++) this.buffer[j] = this.at(i, j)
    return this.buffer
  }

  forEachRow(visit: (i: number, row: Float64Array) => void): void {
    forEachRowOf(this.vectors, this.size, this.dim, visit)
  }
}

/**
 * Calls `visit` once per i, ascending, with a row whose entries j > i are S_ij. The other entries
 * hold arbitrary values, and `visit` may overwrite them.
 */
function forEachRowOf(
  vectors: Float64Array,
  size: number,
  dim: number,
  visit: (i: number, row: Float64Array) => void,
): void {
  const rows = Array.from({ length: ROWS_AT_ONCE }, () => new Float64Array(size))
  const [r0, r1, r2, r3] = rows as [Float64Array, Float64Array, Float64Array, Float64Array]
  let i = 0
  for (; i + ROWS_AT_ONCE <= size; i += ROWS_AT_ONCE) {
    const o0 = i * dim
    const o1 = o0 + dim
    const o2 = o1 + dim
    const o3 = o2 + dim
    for (let j = i + 1; j < size; j++) {
      const o = j * dim
      let s0 = 0
      let s1 = 0
      let s2 = 0
      let s3 = 0
      for (let d = 0; d < dim; d++) {
        const value = vectors[o + d]!
        s0 += vectors[o0 + d]! * value
        s1 += vectors[o1 + d]! * value
        s2 += vectors[o2 + d]! * value
        s3 += vectors[o3 + d]! * value
      }
      r0[j] = s0
      r1[j] = s1
      r2[j] = s2
      r3[j] = s3
    }
    rows.forEach((row, offset) => visit(i + offset, row))
  }
  for (; i < size; i++) {
    for (let j = i + 1; j < size; j++) r0[j] = dot(vectors, i * dim, j * dim, dim)
    visit(i, r0)
  }
}

/** Σ_{j≠i} e_i·e_j = e_i·Σ_j e_j − e_i·e_i, in O(N·dim). */
function rowSumsOf(vectors: Float32Array, size: number, dim: number): Float64Array {
  const total = new Float64Array(dim)
  for (let i = 0; i < size; i++) for (let d = 0; d < dim; d++) total[d]! += vectors[i * dim + d]!
  const sums = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    let withAll = 0
    for (let d = 0; d < dim; d++) withAll += vectors[i * dim + d]! * total[d]!
    sums[i] = withAll - dot(vectors, i * dim, i * dim, dim)
  }
  return sums
}

function dot(vectors: Float32Array | Float64Array, a: number, b: number, dim: number): number {
  let sum = 0
  for (let d = 0; d < dim; d++) sum += vectors[a + d]! * vectors[b + d]!
  return sum
}
