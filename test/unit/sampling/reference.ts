// The definition of a draw, written for clarity: every step uses the whole vocabulary and a full
// sort.
import { expOfNegative } from '../../../src/core/sampling/exponential'
import { uniform } from '../../../src/core/sampling/random'
import type { DistributionSettings } from '../../../src/core/sampling/tokenSampler'

interface Weighted {
  token: number
  logit: number
  weight: number
}

const BLOCK = 128

const plainSum = (values: number[]): number => values.reduce((sum, value) => sum + value, 0)

function blockSum(weights: number[]): number {
  const lanes = [0, 1, 2, 3].map((lane) => plainSum(weights.filter((_, i) => i % 4 === lane)))
  return (lanes[0] ?? 0) + (lanes[1] ?? 0) + ((lanes[2] ?? 0) + (lanes[3] ?? 0))
}

function blocksOf(weights: number[]): number[][] {
  return Array.from({ length: Math.ceil(weights.length / BLOCK) }, (_, b) =>
    weights.slice(b * BLOCK, (b + 1) * BLOCK),
  )
}

/** First index at which the running sum exceeds `target`, else the last one with a weight. */
function firstExceeding(weights: number[], target: number): number {
  let running = 0
  const found = weights.findIndex((weight) => (running += weight) > target)
  return found >= 0 ? found : weights.findLastIndex((weight) => weight > 0)
}

function penalise(logits: readonly number[], penalty: number, seen: ReadonlySet<number>): number[] {
  return logits.map((logit, token) =>
    seen.has(token) && penalty !== 1
      ? Math.fround(logit < 0 ? logit * penalty : logit / penalty)
      : logit,
  )
}

const byLogit = (a: Weighted, b: Weighted): number => b.logit - a.logit || a.token - b.token

export function referenceToken(
  row: readonly number[],
  settings: DistributionSettings,
  seed: number,
  position: number,
  seen: ReadonlySet<number>,
): number {
  const logits = penalise(row, settings.repetitionPenalty, seen)
  const maximum = Math.max(...logits)
  if (settings.temperature === 0) return logits.indexOf(maximum)
  const inverse = 1 / settings.temperature
  const all = logits.map((logit, token): Weighted => ({
    token,
    logit,
    weight: expOfNegative((logit - maximum) * inverse),
  }))
  const sums = blocksOf(all.map(({ weight }) => weight)).map(blockSum)
  const u = uniform(seed, position)

  let kept: Weighted[] = all
  const inOrder = (): number[] => kept.map(({ weight }) => weight)
  if (settings.topK > 0 && settings.topK < row.length) {
    kept = all
      .toSorted(byLogit)
      .slice(0, settings.topK)
      .sort((a, b) => a.token - b.token)
  }
  if (settings.topP < 1) {
    const target = settings.topP * (kept === all ? plainSum(sums) : plainSum(inOrder()))
    let cumulative = 0
    const sorted = kept.toSorted(byLogit)
    const crossing = sorted.findIndex(({ weight }) => (cumulative += weight) >= target)
    kept = sorted
      .slice(0, crossing < 0 ? sorted.length : crossing + 1)
      .sort((a, b) => a.token - b.token)
  }
  if (settings.minP > 0) kept = kept.filter(({ weight }) => weight >= settings.minP)

  if (kept !== all) return kept[firstExceeding(inOrder(), u * plainSum(inOrder()))]?.token ?? -1
  let before = 0
  const target = u * plainSum(sums)
  const block = sums.findIndex((sum) => {
    if (before + sum > target) return true
    before += sum
    return false
  })
  const chosen = block >= 0 ? block : sums.findLastIndex((sum) => sum > 0)
  const inBlock = inOrder().slice(chosen * BLOCK, (chosen + 1) * BLOCK)
  return chosen * BLOCK + firstExceeding(inBlock, block >= 0 ? target - before : Infinity)
}

export function referenceLogprob(row: readonly number[], token: number): number {
  const maximum = Math.max(...row)
  return (
    (row[token] ?? 0) - maximum - Math.log(plainSum(row.map((logit) => Math.exp(logit - maximum))))
  )
}
