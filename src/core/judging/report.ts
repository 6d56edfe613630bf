// How far a judge agrees with people, and what else moves it: the order and the length of the
// responses.
import type { Agreement, JudgeReport, LengthBand, Verdict } from '../../shared/judging'
import type { Share } from '../../shared/reviewProtocol'
import { findingsOf } from './findings'
import { type Category, constantAnnotator, kappa, type Rated } from './kappa'
import { outcomeOf } from './opinions'

/** Two responses of one comparison: what people and the judge say of them. */
export interface ReportedPair {
  /** 1: people prefer the first response by majority; null: they have no opinion. */
  people: Category | null
  /** 1: the judge prefers the first response; null: it has no opinion. */
  judge: Category | null
  /** That the first wins, by the judge; null where it has no opinion. */
  probability: number | null
  /** The verdicts with the first response shown first, and second; undefined: not asked. */
  straight: Verdict | null | undefined
  swapped: Verdict | null | undefined
  /** Characters of the first and of the second response. */
  lengths: readonly [number, number]
}

/** What the report repeats. */
type ReportHead = Pick<JudgeReport, 'judge' | 'model' | 'judged' | 'unreadable' | 'tokens'>

/** Limits of the ratio of lengths between the bands. */
const BAND_LIMITS = [1, 1.2, 2, Infinity] as const

/**
 * @param comparisons the pairs of each comparison.
 * @param seesPairs false for a judge that scores one response at a time.
 */
export function judgeReport(
  head: ReportHead,
  comparisons: readonly (readonly ReportedPair[])[],
  seesPairs: boolean,
): JudgeReport {
  const pairs = comparisons.flat()
  const decided = pairs.filter((pair) => pair.people !== null && pair.people !== 0)
  const both = decided.filter((pair) => pair.judge !== null)
  const report = {
    ...head,
    agreement: agreementOf(comparisons),
    right: share(both, ({ people, judge }) => people === judge),
    tied: share(both, ({ judge }) => judge === 0),
    rightByMean: share(
      both.filter(({ probability }) => probability !== 0.5),
      ({ people, probability }) => people === ((probability ?? 0) > 0.5 ? 1 : -1),
    ),
    order: seesPairs ? orderOf(pairs) : null,
    length: lengthOf(comparisons),
  }
  return { ...report, findings: findingsOf(report) }
}

const share = <T>(items: readonly T[], counts: (item: T) => boolean): Share => ({
  count: items.filter(counts).length,
  of: items.length,
})

function agreementOf(comparisons: readonly (readonly ReportedPair[])[]): Agreement {
  const rated = comparisons.map((pairs) => pairs.flatMap(ratedOf))
  const bothWays = rated.map((pairs) => [...pairs, ...pairs.map(turned)])
  const place = constantAnnotator(bothWays.flat())
  return {
    same: share(rated.flat(), ([one, other]) => one === other),
    kappa: kappa(bothWays),
    constant: place === null ? null : RATERS[place],
  }
}

/**
 * Which response of a pair is the first one is arbitrary: kappa counts each pair both ways, so that
 * it does not depend on that.
 */
const turned = ([one, other]: Rated): Rated => [negated(one), negated(other)]

/** Who says what in the pairs of {@link ratedOf}. */
const RATERS = ['people', 'judge'] as const

const ratedOf = ({ people, judge }: ReportedPair): Rated[] =>
  people === null || judge === null ? [] : [[people, judge]]

/** One answer: what it prefers, and what people prefer, in the order that the judge saw. */
interface Seen {
  said: Category
  people: Category | null
}

function orderOf(pairs: readonly ReportedPair[]): JudgeReport['order'] {
  const seen = pairs.flatMap((pair) => [
    ...seenIn(pair.straight, pair.people),
    ...seenIn(pair.swapped, pair.people === null ? null : negated(pair.people)),
  ])
  const preferring = seen.filter(({ said }) => said !== 0)
  const asked = pairs.flatMap(({ straight, swapped }) => {
    const [one, other] = [outcomeOf(straight ?? null), outcomeOf(swapped ?? null)]
    return one === null || other === null ? [] : [{ one, other: negated(other) }]
  })
  const rightWhere = (people: Category): Share =>
    share(
      preferring.filter((answer) => answer.people === people),
      ({ said }) => said === people,
    )
  return {
    firstWins: share(preferring, ({ said }) => said === 1),
    disagree: share(asked, ({ one, other }) => one !== other),
    rightWhenFirst: rightWhere(1),
    rightWhenSecond: rightWhere(-1),
  }
}

function seenIn(verdict: Verdict | null | undefined, people: Category | null): Seen[] {
  const said = outcomeOf(verdict ?? null)
  return said === null ? [] : [{ said, people }]
}

const negated = (category: Category): Category => (category === 0 ? 0 : category === 1 ? -1 : 1)

function lengthOf(comparisons: readonly (readonly ReportedPair[])[]): JudgeReport['length'] {
  const pairs = comparisons.flat().flatMap((pair) => {
    const longer = Math.sign(pair.lengths[0] - pair.lengths[1]) as Category
    return longer === 0 ? [] : [{ ...pair, longer, shorter: negated(longer) }]
  })
  type Pair = (typeof pairs)[number]
  const prefersLonger = ({ judge, longer }: Pair): boolean => judge === longer
  const judged = pairs.filter(({ judge }) => judge !== null && judge !== 0)
  const labelled = pairs.filter(({ people }) => people !== null && people !== 0)
  return {
    longerWins: share(judged, prefersLonger),
    peopleLonger: share(labelled, ({ people, longer }) => people === longer),
    longerWherePeopleLonger: share(
      judged.filter(({ people, longer }) => people === longer),
      prefersLonger,
    ),
    longerWherePeopleShorter: share(
      judged.filter(({ people, shorter }) => people === shorter),
      prefersLonger,
    ),
    bands: bandsOf(comparisons),
  }
}

function bandsOf(comparisons: readonly (readonly ReportedPair[])[]): LengthBand[] {
  return BAND_LIMITS.slice(0, -1).map((from, band) => {
    const to = BAND_LIMITS[band + 1]!
    const isIn = ({ lengths }: ReportedPair): boolean => {
      const ratio = Math.max(...lengths) / Math.max(1, Math.min(...lengths))
      return ratio >= from && ratio < to
    }
    const agreement = agreementOf(comparisons.map((pairs) => pairs.filter(isIn)))
    return { from, to: Number.isFinite(to) ? to : null, ...agreement }
  })
}
