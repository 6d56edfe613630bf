// The search for the best pair, beside the search of PyPI `aepo` on the same matrices.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { bestSubset } from '../../src/core/aepo/select'
import { similaritiesOf, StoredSimilarities } from '../../src/core/aepo/similarity'
import { figure, type Pair, type Row, rowOf, THE_GOAL } from '../report'
import { randomOf } from '../support/data'
import type { PeerProcess } from '../support/peerProcess'
import {
  bestPairObjective,
  clusteredVectors,
  definedSimilarities,
  DIM,
  matrixOf,
  pairObjective,
} from '../support/pools'
import { LAMBDA, n, options, PEER } from './settings'

/** For rounding in objectives. */
const TOLERANCE = 1e-9
const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

/** `n` vectors drawn from those of as few neighbouring prompts as have enough. */
function drawPool(embedded: readonly Float32Array[], seed: number): Float32Array {
  const random = randomOf(seed)
  const first = Math.floor(random() * embedded.length)
  const rows: Float32Array[] = []
  for (let i = 0; rows.length < n && i < embedded.length; i++) {
    const vectors = embedded[(first + i) % embedded.length]!
    for (let row = 0; row < vectors.length; row += DIM) rows.push(vectors.subarray(row, row + DIM))
  }
  const kept = rows
    .map((row) => ({ row, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, n)
  const pool = new Float32Array(n * DIM)
  kept.forEach(({ row }, i) => pool.set(row, i * DIM))
  return pool
}

interface Found {
  seconds: number
  subsets: (readonly number[])[]
}

const timed = (work: () => (readonly number[])[]): Found => {
  const began = performance.now()
  const subsets = work()
  return { seconds: (performance.now() - began) / 1000, subsets }
}

/** The share of the subsets whose objective is that of the best pair. */
function shareOfOptima(
  pools: readonly Float64Array[],
  subsets: readonly (readonly number[])[],
): number {
  const optimal = pools.filter((similarities, i) => {
    const found = pairObjective(similarities, n, subsets[i] as [number, number], LAMBDA)
    return found >= bestPairObjective(similarities, n, LAMBDA) - TOLERANCE
  })
  return optimal.length / pools.length
}

/**
 * Both search the same matrices. The time of both includes the sums of the matrix rows.
 * @param embedded vectors of real responses by prompt; empty for generated ones.
 */
export async function searchRows(
  peer: PeerProcess,
  embedded: readonly Float32Array[],
): Promise<[Row, Row, Row]> {
  const count = options.number('pools')
  const vectors = Array.from({ length: count }, (_, i) =>
    embedded.length > 0 ? drawPool(embedded, i) : clusteredVectors(n, i),
  )
  console.log(
    `${count} pools of ${embedded.length > 0 ? 'embedded responses' : 'generated vectors in clusters'}.`,
  )
  const similarities = vectors.map(definedSimilarities)
  const matrices = similarities.map((all) => matrixOf(all, n))
  const peerPools = Math.min(options.number('peer-pools'), count)
  const search: Pair[] = []
  const withMatrix: Pair[] = []
  const optima: Pair[] = []
  const theirOptima: number[] = []
  for (let run = 0; run < options.runs; run++) {
    const given = timed(() =>
      matrices.map((matrix) => {
        const sums = new Float64Array(n)
        for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sums[i]! += matrix.get(i, j)
        return bestSubset(new StoredSimilarities(matrix, sums), 2, LAMBDA).subset
      }),
    )
    const whole = timed(() =>
      vectors.map((pool) => bestSubset(similaritiesOf(pool, DIM), 2, LAMBDA).subset),
    )
    const first = (run * peerPools) % (count - peerPools + 1)
    const theirPools = similarities.slice(first, first + peerPools)
    const file = path.join(folder, 'matrices.f64')
    writeFileSync(file, Buffer.concat(theirPools.map(({ buffer }) => Buffer.from(buffer))))
    const theirs = await peer.ask<Found>({
      command: 'search',
      file,
      shape: [peerPools, n, n],
      penalty: LAMBDA,
      seed: run,
    })
    const milliseconds = (found: Found, pools: number): number => (found.seconds * 1000) / pools
    search.push({ ours: milliseconds(given, count), peer: milliseconds(theirs, peerPools) })
    withMatrix.push({ ours: milliseconds(whole, count), peer: milliseconds(theirs, peerPools) })
    optima.push({
      ours:
        100 *
        Math.min(
          shareOfOptima(similarities, given.subsets),
          shareOfOptima(similarities, whole.subsets),
        ),
      peer: 100,
    })
    theirOptima.push(100 * shareOfOptima(theirPools, theirs.subsets))
  }
  const about = { peerName: `${PEER}, its search`, peerMegabytes: peer.peakMegabytes }
  return [
    rowOf(
      { ...about, name: `search on the same matrices, N=${n}, k=2`, unit: 'ms', goal: 50 },
      search,
      'less',
    ),
    rowOf(
      { ...about, name: `ours with making the matrix, N=${n}, k=2`, unit: 'ms' },
      withMatrix,
      'less',
    ),
    rowOf(
      {
        name: `selections that are the optimum, N=${n}, k=2`,
        unit: '%',
        peerName: THE_GOAL,
        goal: 1,
        note: `${PEER}: ${figure(theirOptima.reduce((sum, share) => sum + share, 0) / theirOptima.length)} %`,
      },
      optima,
      'more',
    ),
  ]
}
