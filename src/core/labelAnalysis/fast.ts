// Decisions that took much less time than the same annotator takes for texts of that length.
import type { LookAgainReason } from '../../shared/labelAnalysis'
import { median } from '../annotation/statistics'
import { meanOf } from '../simulation/interval'

export interface TimedLabel {
  /** 0: not timed. */
  milliseconds: number
  /** Of the prompt and the texts. */
  characters: number
}

/** With fewer timed labels nothing is known of the annotator's speed. */
const FEWEST_TIMED = 20
/** Robust standard deviations below the usual logarithm of the time. */
const DEVIATIONS = 2.5
/** And at least so many times as fast as usual. */
const TIMES = 3
/** The median absolute deviation times this is the standard deviation of normal values. */
const NORMAL = 1.4826

type Fast = Extract<LookAgainReason, { kind: 'fast' }>

/**
 * By the place of the label. The usual time is a power of the number of characters: a line through
 * the logarithms, its slope between 0 and 1, through the median.
 */
export function fastLabels(labels: readonly TimedLabel[]): Map<number, Fast> {
  const timed = labels.flatMap(({ milliseconds, characters }, place) =>
    milliseconds > 0
      ? [{ place, time: Math.log(milliseconds), length: Math.log1p(characters) }]
      : [],
  )
  if (timed.length < FEWEST_TIMED) return new Map()
  const slope = Math.min(1, Math.max(0, slopeOf(timed)))
  const residuals = timed.map(({ time, length }) => time - slope * length)
  const usual = median(residuals)!
  const deviation = NORMAL * median(residuals.map((each) => Math.abs(each - usual)))!
  const limit = usual - Math.max(DEVIATIONS * deviation, Math.log(TIMES))
  return new Map(
    timed.flatMap(({ place, time, length }, i) =>
      residuals[i]! < limit
        ? [[place, { kind: 'fast', ...secondsOf(time, usual + slope * length) }]]
        : [],
    ),
  )
}

const secondsOf = (time: number, usualTime: number): Omit<Fast, 'kind'> => ({
  seconds: Math.exp(time) / 1000,
  usualSeconds: Math.exp(usualTime) / 1000,
})

/** By least squares; 0 where all lengths are the same. */
function slopeOf(points: readonly { time: number; length: number }[]): number {
  const [time, length] = [
    meanOf(points.map((one) => one.time)),
    meanOf(points.map((one) => one.length)),
  ]
  let product = 0
  let squares = 0
  for (const point of points) {
    product += (point.time - time) * (point.length - length)
    squares += (point.length - length) ** 2
  }
  return squares > 0 ? product / squares : 0
}
