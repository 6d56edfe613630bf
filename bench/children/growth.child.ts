// Selection from a pool of the size asked for, in a fresh process: its time, or what it and the
// vectors add to the resident size.
import { bestSubset } from '../../src/core/aepo/select'
import { similaritiesOf } from '../../src/core/aepo/similarity'
import { forgetPeak, peakMegabytes, residentMegabytes } from '../support/memory'
import { clusteredVectors, DIM } from '../support/pools'

const LAMBDA = 0.5
const WARM_UPS = 20
const SMALL = 100
const TINY = 16
/**
 * Pools up to this size are timed several times, and the least counts: the first times still
 * include compilation.
 */
const SHORT = 1024
const REPEATS = 5

export interface Growth {
  seconds: number
  /**
   * Greatest resident size, less what the process had before the vectors were made; null where not
   * measured.
   */
  megabytes: number | null
}

const [what, ...numbers] = process.argv.slice(2)
const [size = NaN, k = NaN, seed = NaN] = numbers.map(Number)

function select(vectors: Float32Array, matrixLimit?: number): number {
  const began = performance.now()
  bestSubset(similaritiesOf(vectors, DIM, matrixLimit), k, LAMBDA)
  return (performance.now() - began) / 1000
}

function seconds(): number {
  const small = clusteredVectors(SMALL, seed + 1)
  // Both ways of having similarities.
  for (let i = 0; i < WARM_UPS; i++)
    for (const matrixLimit of [SMALL, 0]) select(small, matrixLimit)
  const vectors = clusteredVectors(size, seed)
  return Math.min(...Array.from({ length: size <= SHORT ? REPEATS : 1 }, () => select(vectors)))
}

function megabytes(): number | null {
  // Loads the code, and leaves next to nothing behind that could be reused.
  select(clusteredVectors(TINY, seed))
  globalThis.gc?.()
  forgetPeak()
  const before = residentMegabytes()
  select(clusteredVectors(size, seed))
  const peak = peakMegabytes('self')
  return peak === null || before === null ? null : peak - before
}

const result: Partial<Growth> =
  what === 'seconds' ? { seconds: seconds() } : { megabytes: megabytes() }
console.log(JSON.stringify(result))
