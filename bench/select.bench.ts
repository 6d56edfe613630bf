// Selection beside PyPI `aepo`: the search on the same similarity matrices, the whole path from
// texts, and growth with the pool.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { bestSubset } from '../src/core/aepo/select'
import { StoredSimilarities, similaritiesOf } from '../src/core/aepo/similarity'
import type { Growth } from './children/growth.child'
import { figure, type Pair, print, type Row, rowOf, THE_GOAL } from './report'
import { randomOf, responsesOf } from './support/data'
import { EMBEDDER, newEngine } from './support/engine'
import { peakMegabytes } from './support/memory'
import { optionsOf } from './support/options'
import { PeerProcess } from './support/peerProcess'
import {
  bestPairObjective,
  clusteredVectors,
  definedSimilarities,
  DIM,
  matrixOf,
  pairObjective,
} from './support/pools'

const options = optionsOf({
  n: '128',
  pools: '1000',
  /** Pools that the peer searches in each run: it takes about a tenth of a second for one. */
  'peer-pools': '40',
  /** Prompts whose judged responses are embedded for the pools, where --data has them. */
  prompts: '24',
})
const n = options.number('n')
const LAMBDA = 0.5
const SAME = 1e-9
const PEER = 'PyPI aepo'
const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const engine = newEngine()
const { pools: responses, source } = responsesOf(options.data, options.number('prompts'))
console.log(`N=${n}, k=2, lambda ${LAMBDA}; texts: ${source}.`)

/**
 * `n` different responses; a pool of many models' answers to one prompt is smaller, so those of
 * neighbouring prompts fill it up.
 */
function textsOf(seed: number): string[] {
  const random = randomOf(seed)
  const first = Math.floor(random() * responses.length)
  const texts = new Set<string>()
  for (let i = 0; texts.size < n && i < responses.length; i++)
    for (const text of responses[(first + i) % responses.length] ?? [])
      if (texts.size < n) texts.add(text)
  if (texts.size < n)
    throw new Error(`There are fewer than ${n} different responses: raise --prompts.`)
  return [...texts]
}

async function realVectors(): Promise<Float32Array[]> {
  const pools = []
  for (const texts of responses)
    pools.push((await engine.request('embed', { embedder: EMBEDDER, texts })).vectors)
  return pools
}

/** Real pools: `n` responses drawn from those to as few prompts as have enough. */
function drawn(embedded: readonly Float32Array[], seed: number): Float32Array {
  const random = randomOf(seed)
  const first = Math.floor(random() * embedded.length)
  const rows: Float32Array[] = []
  for (let i = 0; rows.length < n && i < embedded.length; i++) {
    const vectors = embedded[(first + i) % embedded.length] ?? new Float32Array(0)
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

/** The share of subsets that reach the best objective of all pairs. */
function shareOfOptima(
  pools: readonly Float64Array[],
  subsets: readonly (readonly number[])[],
): number {
  const optimal = pools.filter((similarities, i) => {
    const [a = 0, b = 0] = subsets[i] ?? []
    return (
      pairObjective(similarities, n, [a, b], LAMBDA) >=
      bestPairObjective(similarities, n, LAMBDA) - SAME
    )
  })
  return optimal.length / pools.length
}

/**
 * Both search the same matrices; ours sums the rows of the matrix within the time, as the peer
 * does.
 */
async function searchRows(peer: PeerProcess): Promise<[Row, Row, Row]> {
  const count = options.number('pools')
  const embedded = options.data === '' ? [] : await realVectors()
  const vectors = Array.from({ length: count }, (_, i) =>
    embedded.length > 0 ? drawn(embedded, i) : clusteredVectors(n, i),
  )
  console.log(
    `${count} pools of ${embedded.length > 0 ? 'embedded responses' : 'made-up vectors in clusters'}.`,
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
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) sums[i] = (sums[i] ?? 0) + matrix.get(i, j)
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

/**
 * From texts to a selection. The peer encodes 2N texts for each of N rows: one row is timed and
 * taken N times.
 */
async function wholePathRow(peer: PeerProcess, searchMilliseconds: number): Promise<Row> {
  await engine.request('load', { ...EMBEDDER, role: 'embedder' })
  await peer.ask({ command: 'similarity-row', texts: ['to load', 'and warm up'] })
  const pairs: Pair[] = []
  for (let run = 0; run < options.runs; run++) {
    const texts = textsOf(run)
    const began = performance.now()
    const { vectors, dim } = await engine.request('embed', { embedder: EMBEDDER, texts })
    const pool = texts.map((text, i) => ({ id: String(i), text, isCutOff: false }))
    await engine.request('select', {
      pool,
      vectors,
      dim,
      settings: { method: 'aepo', k: 2, lambda: LAMBDA, guard: true },
      repeatedTexts: [],
      seed: 0,
    })
    const ours = (performance.now() - began) / 1000
    const { seconds } = await peer.ask<{ seconds: number }>({ command: 'similarity-row', texts })
    pairs.push({ ours, peer: seconds * n + searchMilliseconds / 1000 })
    console.log(
      `whole path, run ${run + 1}: ours ${ours.toFixed(1)} s, one row of the peer ${seconds.toFixed(1)} s`,
    )
  }
  return rowOf(
    {
      name: `whole path from texts, N=${n}, k=2`,
      unit: 's',
      peerName: `${PEER}, one matrix row times N`,
      goal: 150,
      oursMegabytes: peakMegabytes(engine.pid),
      peerMegabytes: peer.peakMegabytes,
    },
    pairs,
    'less',
  )
}

const grown = <K extends 'seconds' | 'megabytes'>(
  what: K,
  size: number,
  k: number,
  seed: number,
): Growth[K] =>
  (
    JSON.parse(
      execFileSync(
        process.execPath,
        [
          '--expose-gc',
          path.join(import.meta.dirname, 'growth.child.mjs'),
          what,
          String(size),
          String(k),
          String(seed),
        ],
        { encoding: 'utf8' },
      ),
    ) as Growth
  )[what]

/**
 * Time and memory in processes of their own: what is done to compile the code for the one leaves
 * memory to reuse for the other.
 */
const growth = (size: number, k: number, seed: number): Growth => ({
  seconds: grown('seconds', size, k, seed),
  megabytes: grown('megabytes', size, k, seed),
})

const SMALL = 1024
const LARGE = 10_000

/** Each size in a process of its own. The matrix of the large pool would have 800 MB. */
function growthRows(): Row[] {
  const measured = Array.from({ length: options.runs }, (_, seed) => ({
    pair: growth(SMALL, 2, seed),
    eight: growth(SMALL, 8, seed),
    large: growth(LARGE, 2, seed),
  }))
  const quadratic = (LARGE / SMALL) ** 2
  // Single and double precision of the vectors, and the matrix of doubles two times over.
  const tooMuch = (size: number): number => (size * DIM * (4 + 8) + 2 * size * size * 8) / 2 ** 20
  const rows = [
    rowOf(
      {
        name: `growth of time from N=${SMALL} to ${LARGE}, k=2`,
        unit: '(exponent)',
        peerName: THE_GOAL,
        goal: 1,
      },
      measured.map(({ pair, large }) => ({
        ours: Math.log(large.seconds / pair.seconds) / Math.log(LARGE / SMALL),
        peer: 2,
      })),
      'less',
    ),
    rowOf(
      { name: `time, N=${LARGE}, k=2`, unit: 's', peerName: `N² from N=${SMALL}`, goal: 1 },
      measured.map(({ pair, large }) => ({ ours: large.seconds, peer: pair.seconds * quadratic })),
      'less',
    ),
    rowOf(
      { name: `time, N=${SMALL}, k=8`, unit: 's', peerName: 'k² of k=2', goal: 1 },
      measured.map(({ pair, eight }) => ({ ours: eight.seconds, peer: pair.seconds * 16 })),
      'less',
    ),
  ]
  const memory = (of: (one: (typeof measured)[number]) => Growth): number[] =>
    measured.flatMap((one) => of(one).megabytes ?? [])
  for (const [size, k, values] of [
    [SMALL, 2, memory(({ pair }) => pair)],
    [SMALL, 8, memory(({ eight }) => eight)],
    [LARGE, 2, memory(({ large }) => large)],
  ] as const) {
    if (values.length > 0)
      rows.push(
        rowOf(
          {
            name: `memory of vectors and search, N=${size}, k=${k}`,
            unit: 'MB',
            peerName: 'vectors, and the matrix twice',
            goal: 1,
          },
          values.map((ours) => ({ ours, peer: tooMuch(size) })),
          'less',
        ),
      )
  }
  return rows
}

const peer = PeerProcess.python()
const [search, ...others] = await searchRows(peer)
const whole = await wholePathRow(peer, search.peer)
await peer.end()
await engine.dispose()
print('select', [search, whole, ...others, ...growthRows()], options.json)
process.exit(0)
