// Growth of the time and memory of selection with N and k.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import type { Growth } from '../children/growth.child'
import { type Row, rowOf, THE_GOAL } from '../report'
import { DIM } from '../support/pools'
import { options } from './settings'

const GROWTH_SCRIPT = path.join(import.meta.dirname, 'growth.child.mjs')

/** Runs growth.child.ts. The bundles of all benches and children lie in one folder. */
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
        ['--expose-gc', GROWTH_SCRIPT, what, String(size), String(k), String(seed)],
        { encoding: 'utf8' },
      ),
    ) as Growth
  )[what]

/**
 * Time and memory are measured in separate processes: warming up for the time leaves memory that a
 * later measurement would reuse.
 */
const growth = (size: number, k: number, seed: number): Growth => ({
  seconds: grown('seconds', size, k, seed),
  megabytes: grown('megabytes', size, k, seed),
})

const SMALL = 1024
const LARGE = 10_000

/**
 * Growth with the size of the pool and of the subset. The matrix of the large pool would take 800
 * MB.
 */
export function growthRows(): Row[] {
  const measured = Array.from({ length: options.runs }, (_, seed) => ({
    pair: growth(SMALL, 2, seed),
    eight: growth(SMALL, 8, seed),
    large: growth(LARGE, 2, seed),
  }))
  const quadratic = (LARGE / SMALL) ** 2
  // Vectors in single and double precision, and two matrices of doubles.
  const upperLimit = (size: number): number =>
    (size * DIM * (4 + 8) + 2 * size * size * 8) / 2 ** 20
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
          values.map((ours) => ({ ours, peer: upperLimit(size) })),
          'less',
        ),
      )
  }
  return rows
}
