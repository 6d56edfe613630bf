// One selection from a pool of the size asked for, in a fresh process: its time, and what it and the vectors add to the resident size.
import { bestSubset } from '../../src/core/aepo/select'
import { similaritiesOf } from '../../src/core/aepo/similarity'
import { forgetPeak, peakMegabytes, residentMegabytes } from '../support/memory'
import { clusteredVectors, DIM } from '../support/pools'

const LAMBDA = 0.5
const WARM_UPS = 20
const SMALL = 100

export interface Growth {
  seconds: number
  /** Greatest resident size, less what the process had before the vectors were made; null where not measured. */
  megabytes: number | null
}

const [size = NaN, k = NaN, seed = NaN] = process.argv.slice(2).map(Number)
const select = (vectors: Float32Array, matrixLimit?: number): unknown => bestSubset(similaritiesOf(vectors, DIM, matrixLimit), k, LAMBDA)

const small = clusteredVectors(SMALL, seed + 1)
// Both ways of having similarities, compiled before the clock runs.
for (let i = 0; i < WARM_UPS; i++) {
  select(small)
  select(small, 0)
}
globalThis.gc?.()
forgetPeak()
const before = residentMegabytes()
const vectors = clusteredVectors(size, seed)
const began = performance.now()
select(vectors)
const seconds = (performance.now() - began) / 1000
const peak = peakMegabytes('self')
const result: Growth = { seconds, megabytes: peak === null || before === null ? null : peak - before }
console.log(JSON.stringify(result))
