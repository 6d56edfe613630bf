// A pool in two dimensions: the plane in which the vectors of its texts differ most.
import { centredRows, coordinates, withinGroupComponents } from './features/principalComponents'
import { dot } from './posterior'

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
  const rows = centredRows(vectors, dim)
  const flat = rows.map((row): MapPoint => {
    const [x = 0, y = 0] = coordinates(row, components)
    return [x, y]
  })
  const farthest = Math.max(...flat.flat().map(Math.abs))
  const inPlane = flat.reduce((sum, [x, y]) => sum + x * x + y * y, 0)
  const all = rows.reduce((sum, row) => sum + dot(row, row), 0)
  return {
    points: flat.map(([x, y]): MapPoint => [x / farthest, y / farthest]),
    share: Math.min(1, inPlane / all),
  }
}
