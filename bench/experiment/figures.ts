// What came out: how often the judge prefers a trained model's response to one of the base.
import { lengthControlledRate } from '../../src/core/evaluation/lengthControlled'
import type { JudgedPair } from '../../src/core/evaluation/votes'
import {
  intervalOf,
  intervalOfMean,
  meanOf,
  type SplitValues,
} from '../../src/core/simulation/interval'
import type { Interval } from '../../src/shared/simulation'
import type { Response } from './files'

/** A response with what the judge gives it. */
export interface Scored extends Response {
  score: number
}

/** Figures of one cell, a value per held-out prompt. */
export interface CellValues {
  /** Share of pairs of responses, one of each model, in which the trained model's is preferred. */
  winRate: number[]
  /** Characters of the trained model's responses over those of the base; the mean. */
  lengthRatio: number
  /** Share of its responses that were cut off. */
  cutOff: number
  /** Length-controlled win rate; NaN where it cannot be told. */
  lengthControlled: number
}

/**
 * @param prompts ids of the held-out prompts.
 * @param base responses of the model that training started from, under the same seed.
 */
export function compare(
  prompts: readonly string[],
  trained: readonly Scored[],
  base: readonly Scored[],
): CellValues {
  const [ofTrained, ofBase] = [byPrompt(trained), byPrompt(base)]
  const perPrompt = prompts.map((id) =>
    (ofTrained.get(id) ?? []).flatMap((a) =>
      (ofBase.get(id) ?? []).map((b): JudgedPair => ({
        promptId: id,
        score: a.score === b.score ? 0.5 : Number(a.score > b.score),
        lengthDifference: a.text.length - b.text.length,
      })),
    ),
  )
  const controlled = lengthControlledRate(perPrompt.flat())
  return {
    winRate: perPrompt.map((pairs) => meanOf(pairs.map(({ score }) => score))),
    lengthRatio: meanOf(trained.map(lengthOf)) / meanOf(base.map(lengthOf)),
    cutOff: meanOf(trained.map(({ finishReason }) => Number(finishReason === 'length'))),
    lengthControlled: typeof controlled === 'string' ? NaN : controlled.rate,
  }
}

/** The mean with a 95 % interval: for seeds and prompts; of one seed for the prompts alone. */
export function intervalOver(seeds: readonly (readonly number[])[]): Interval {
  const [first = []] = seeds
  if (seeds.length === 1) return intervalOfMean(first)
  const count = first.length
  const heldOut = Array.from({ length: count }, (_, place) => place)
  return intervalOf(
    seeds.map((values): SplitValues => ({ heldOut, values })),
    count,
  )
}

/** Place by place. */
export const difference = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, place) => value - b[place]!)

const lengthOf = ({ text }: Response): number => text.length

function byPrompt(responses: readonly Scored[]): Map<string, Scored[]> {
  const found = new Map<string, Scored[]>()
  for (const response of responses) {
    const own = found.get(response.promptId) ?? []
    found.set(response.promptId, own)
    own.push(response)
  }
  return found
}
