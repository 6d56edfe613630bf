// Selection from a pool in a new process: measures its time, or the memory that it and the vectors
// add.
import { bestSubset } from '../../src/core/aepo/select'
import { similaritiesOf } from '../../src/core/aepo/similarity'
import { resetPeak, peakMegabytes, residentMegabytes } from '../support/memory'
import { clusteredVectors, DIM } from '../support/pools'

const LAMBDA = 0.5
const WARM_UPS = 20
const SMALL = 100
const TINY = 16
/** Pools up to this size are timed several times; the minimum excludes compilation. */
const SHORT = 1024
const REPEATS = 5

export interface Growth {
  seconds: number
  /** Peak resident size minus the size before the vectors were made; null if not measured. */
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
  // Stored and computed similarities.
  for (let i = 0; i < WARM_UPS; i++)
    for (const matrixLimit of [SMALL, 0]) select(small, matrixLimit)
  const vectors = clusteredVectors(size, seed)
  return Math.min(...Array.from({ length: size <= SHORT ? REPEATS : 1 }, () => select(vectors)))
}

function megabytes(): number | null {
  // Loads the code, and leaves hardly any memory that could be reused.
  select(clusteredVectors(TINY, seed))
  globalThis.gc?.()
  resetPeak()
  const before = residentMegabytes()
  select(clusteredVectors(size, seed))
  const peak = peakMegabytes('self')
  return peak === null || before === null ? null : peak - before
}

const result: Partial<Growth> =
  what === 'seconds' ? { seconds: seconds() } : { megabytes: megabytes() }
console.log(JSON.stringify(result))
