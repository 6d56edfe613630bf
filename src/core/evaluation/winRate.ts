// The win rate of A over B: every prompt counts once, however many responses and annotators it has.
import { interval, Z } from '../annotation/statistics'
import type { Estimate } from '../../shared/evaluation'
import type { JudgedPair } from './votes'

/** The mean score of each prompt. */
export function scoresByPrompt(pairs: readonly JudgedPair[]): number[] {
  const scores = new Map<string, number[]>()
  for (const { promptId, score } of pairs)
    scores.set(promptId, [...(scores.get(promptId) ?? []), score])
  return [...scores.values()].map((each) => each.reduce((sum, one) => sum + one, 0) / each.length)
}

/**
 * Mean of the scores with its 95 % Wilson interval; null for none. The interval is that of as many
 * wins and losses: where there are ties it is wider than need be.
 */
export function winRate(scores: readonly number[]): Estimate | null {
  if (scores.length === 0) return null
  const count = scores.reduce((sum, score) => sum + score, 0)
  const [low, high] = interval({ count, of: scores.length })
  return { rate: count / scores.length, low, high }
}

/**
 * How many prompts more it takes until the Wilson interval excludes one half, if the rate stays.
 * That interval inverts the score test, so it excludes ½ where |rate − ½| > z·√(¼/n):
 * n > z² / (4·(rate − ½)²).
 * @returns null for a rate of one half.
 */
export function furtherPrompts(rate: number, prompts: number): number | null {
  const distance = Math.abs(rate - 0.5)
  if (distance < 1e-9) return null
  return Math.max(0, Math.floor((Z * Z) / (4 * distance * distance)) + 1 - prompts)
}
