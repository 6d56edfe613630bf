// What the figures of a report show against a judge, beyond chance.
import type { JudgeFinding, JudgeReport } from '../../shared/judging'
import type { Share } from '../../shared/reviewProtocol'
import { againstChance, interval } from '../annotation/statistics'

/** A judge whose two orders disagree more often than this is inconsistent. */
const MOST_DISAGREEMENT = 0.1

/** Each is beyond chance by a 95 % interval. */
export function findingsOf({
  agreement,
  order,
  length,
}: Pick<JudgeReport, 'agreement' | 'order' | 'length'>): JudgeFinding[] {
  const byOrder = order ? againstChance(order.firstWins, 0.5) : 0
  const byLength = lengthBias(length)
  const disagrees = order !== null && interval(order.disagree)[0] > MOST_DISAGREEMENT
  return [
    ...(byOrder === 0
      ? []
      : [byOrder > 0 ? ('prefers-first' as const) : ('prefers-second' as const)]),
    ...(byLength === 0
      ? []
      : [byLength > 0 ? ('prefers-longer' as const) : ('prefers-shorter' as const)]),
    ...(disagrees && byOrder === 0 ? ['inconsistent' as const] : []),
    ...(agreement.kappa !== null && agreement.kappa.low <= 0 ? ['chance' as const] : []),
  ]
}

/**
 * 1 where the judge errs towards the longer response more often than towards the shorter one, -1
 * for the opposite, 0 where it may be chance. That people prefer longer responses is no bias.
 */
function lengthBias({
  longerWherePeopleLonger,
  longerWherePeopleShorter,
}: JudgeReport['length']): -1 | 0 | 1 {
  const { count, of } = longerWherePeopleLonger
  const [low, high] = differenceInterval(longerWherePeopleShorter, { count: of - count, of })
  return low > 0 ? 1 : high < 0 ? -1 : 0
}

/** The 95 % interval of the difference of two shares (Newcombe 1998, method 10). */
function differenceInterval(one: Share, other: Share): [number, number] {
  if (one.of === 0 || other.of === 0) return [-1, 1]
  const [p, q] = [one.count / one.of, other.count / other.of]
  const [[lowP, highP], [lowQ, highQ]] = [interval(one), interval(other)]
  return [p - q - Math.hypot(p - lowP, highQ - q), p - q + Math.hypot(highP - p, q - lowQ)]
}
