// A pool in two dimensions: the plane in which the vectors of its texts differ most.
import { coordinates, withinGroupComponents } from './features/principalComponents'

/** A place from −1 to 1 in both directions. */
export type MapPoint = readonly [x: number, y: number]

export interface PoolMap {
  /** One per vector, in their order; the centre is their mean. */
  points: readonly MapPoint[]
  /** Share of the squared distances to the mean that lies in the plane, from 0 to 1. */
  share: number
}

/** With fewer vectors there is nothing to see. */
const FEWEST = 3

/**
 * Along the first two principal components, in one scale for both directions.
 * @param vectors row-major, one row of `dim` numbers per text.
 * @returns null for fewer than {@link FEWEST} vectors, and where all are equal.
 */
export function mapOf(vectors: Float32Array, dim: number): PoolMap | null {
  const size = dim === 0 ? 0 : vectors.length / dim
  if (size < FEWEST) return null
  const components = withinGroupComponents([vectors], dim, 2)
  if (components.length === 0) return null
  const rows = Array.from({ length: size }, (_, row) =>
    vectors.subarray(row * dim, (row + 1) * dim),
  )
  const mean = Float64Array.from(
    { length: dim },
    (_, place) => rows.reduce((sum, row) => sum + (row[place] ?? 0), 0) / size,
  )
  const centre = coordinates(mean, components)
  const flat = rows.map((row): MapPoint => {
    const [x = 0, y = 0] = coordinates(row, components)
    return [x - (centre[0] ?? 0), y - (centre[1] ?? 0)]
  })
  const farthest = Math.max(...flat.flat().map(Math.abs))
  const inPlane = flat.reduce((sum, [x, y]) => sum + x * x + y * y, 0)
  const all = rows.reduce((sum, row) => sum + squaredDistance(row, mean), 0)
  return {
    points: flat.map(([x, y]): MapPoint => [x / farthest, y / farthest]),
    share: Math.min(1, inPlane / all),
  }
}

const squaredDistance = (one: ArrayLike<number>, other: Float64Array): number =>
  other.reduce((sum, value, place) => sum + (value - (one[place] ?? 0)) ** 2, 0)
