// What the experiment compares: cells of selection rule, pool size, number of labels and seed.
import { promptId } from '../../src/core/formats/ids'
import type { Message, Prompt, SelectionMethod } from '../../src/shared/domain'
import { randomOf } from '../support/data'

/** One training run: how its pairs were selected. */
export interface Arm {
  rule: SelectionMethod
  /** Candidates per prompt. */
  n: number
  /** Pairs that are annotated, each of another prompt. */
  labels: number
}

export interface Cell extends Arm {
  seed: number
}

export interface Design {
  rules: readonly SelectionMethod[]
  sizes: readonly number[]
  budgets: readonly number[]
  seeds: number
  /** Responses of each model to each held-out prompt. */
  responses: number
  maxNewTokens: number
}

/** Share of the prompts that no run is trained on. */
const HELD_OUT = 0.3

export const armName = ({ rule, n, labels }: Arm): string => `${rule}-n${n}-labels${labels}`
export const cellName = ({ seed, ...arm }: Cell): string => `${armName(arm)}-seed${seed}`

/**
 * AEPO with every pool size, other rules with the largest. A random pair is as good from any pool:
 * it is one arm, with the smallest.
 */
export const armsOf = ({ rules, sizes, budgets }: Design): Arm[] =>
  budgets.flatMap((labels) =>
    rules.flatMap((rule) => sizesOf(rule, sizes).map((n) => ({ rule, n, labels }))),
  )

function sizesOf(rule: SelectionMethod, sizes: readonly number[]): readonly number[] {
  if (rule === 'aepo') return sizes
  return [rule === 'random' ? Math.min(...sizes) : Math.max(...sizes)]
}

/** Whole seeds first, so that an experiment that was cut short compares all arms. */
export const cellsOf = (design: Design): Cell[] =>
  seedsOf(design).flatMap((seed) => armsOf(design).map((arm) => ({ ...arm, seed })))

export const seedsOf = ({ seeds }: Design): number[] =>
  Array.from({ length: seeds }, (_, place) => place + 1)

/** Prompts that runs are trained on and prompts that models are compared on, by hash. */
export function splitPrompts(all: readonly Message[][]): { train: Prompt[]; heldOut: Prompt[] } {
  const prompts = all
    .map((messages) => ({ id: promptId(messages), messages }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const count = Math.round(HELD_OUT * prompts.length)
  return { train: prompts.slice(count), heldOut: prompts.slice(0, count) }
}

/** The prompts in the order in which they are annotated under this seed: the same for all arms. */
export function shuffledPrompts(prompts: readonly Prompt[], seed: number): Prompt[] {
  const random = randomOf(seed)
  return prompts
    .map((prompt) => ({ prompt, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ prompt }) => prompt)
}
