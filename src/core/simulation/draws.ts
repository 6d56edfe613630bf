// Random draws of a simulation: functions of seeds, so that every rule meets the same pools.
import { philox, uniform } from '../sampling/random'
import type { SimulatedPrompt } from './data'
import { PLACES_OF_KIND } from './degenerate'
import type { SimulationSettings } from './settings'

/** An unsigned 32-bit seed for each combination of four of them. */
export const mixedSeed = (seed: number, a: number, b: number, c: number): number =>
  philox([a, b, c, 0], [seed, 1])[0]

/** The numbers 0 … size − 1 in random order (Fisher–Yates). */
export function permutation(size: number, seed: number): number[] {
  const order = Array.from({ length: size }, (_, i) => i)
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(uniform(seed, i) * (i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

export interface Split {
  /** Places of prompts, in the order in which they are labelled. */
  train: number[]
  heldOut: number[]
}

/** Share of the prompts that is held out. */
const HELD_OUT = 0.25

const heldOutCount = (prompts: number): number => Math.max(1, Math.round(HELD_OUT * prompts))

/** A quarter of the prompts, and at least one, is held out. */
export function splitPrompts(prompts: number, seed: number): Split {
  const order = permutation(prompts, mixedSeed(seed, 0, 0, 0))
  const heldOut = heldOutCount(prompts)
  return { heldOut: order.slice(0, heldOut), train: order.slice(heldOut) }
}

/** Positions of one stream: the permutation uses those below. */
const REPLACEMENTS = 1 << 16

/**
 * A pool: n responses that were not shown before, each replaced by a degenerate text with
 * probability `degenerate`, then guarded.
 * @param seed of the random split, the prompt and the pass over the prompts.
 * @returns candidates in ascending order; fewer than n where the prompt has no more.
 */
export function drawPool(
  prompt: SimulatedPrompt,
  n: number,
  { degenerate, kinds }: Pick<SimulationSettings, 'degenerate' | 'kinds'>,
  seed: number,
  shown: ReadonlySet<number>,
): number[] {
  const { genuine, kept } = prompt
  const replacements = kinds.map((kind) => PLACES_OF_KIND[kind])
  const drawn = permutation(genuine, seed)
    .filter((candidate) => !shown.has(candidate))
    .slice(0, n)
    .map((candidate) => {
      const chance = degenerate > 0 ? uniform(seed, REPLACEMENTS + candidate) : 1
      if (chance >= degenerate) return candidate
      const places = replacements[Math.floor((chance / degenerate) * replacements.length)]!
      return genuine + places[candidate % places.length]!
    })
  return [...new Set(drawn)]
    .filter((candidate) => kept[candidate] === true && !shown.has(candidate))
    .sort((a, b) => a - b)
}
