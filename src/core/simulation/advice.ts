// One sentence of advice from a simulation.
import * as l10n from '@vscode/l10n'
import type {
  BaselineFigures,
  Interval,
  RuleFigures,
  SimulationReport,
} from '../../shared/simulation'
import { countedLabels } from '../counted'
import { widening } from './interval'

/** Rules that see the scores are no advice. */
const isOracle = ({ rule }: RuleFigures): boolean => rule.startsWith('oracle-')

const PREFERRING: Readonly<Record<BaselineFigures['baseline'], string>> = {
  longest: l10n.t('preferring the longest response'),
  shortest: l10n.t('preferring the shortest response'),
  first: l10n.t('preferring the first response'),
}

/** Fewer than the budget where the pools hold no more. */
const labelsOf = ({ labels }: RuleFigures): string => countedLabels(Math.round(labels))

/**
 * The rule with the largest mean gain over random selection, at the budget where it gains most of
 * those where its interval excludes 0. The best of many rules and budgets looks better than it is:
 * its interval is widened such that it holds for all of them together. No rule where no reward
 * model, oracles included, gets beyond the best baseline without labels: then accuracies tell
 * nothing.
 */
export function adviceOf({ rules, baselines, pool }: SimulationReport): string {
  const [baseline] = baselines.toSorted((a, b) => b.accuracy - a.accuracy)
  const highest = Math.max(...rules.map(({ accuracy }) => accuracy))
  if (baseline && highest <= baseline.accuracy)
    return l10n.t`No rule can be told from another: the reward model reaches ${percentText(highest)} % of the held-out pairs, and ${PREFERRING[baseline.baseline]} reaches ${percentText(baseline.accuracy)} % without labels (95 % interval ${percentText(baseline.low)} to ${percentText(baseline.high)} %).`
  const compared = rules.filter((one) => !isOracle(one) && one.rule !== 'random')
  const [best = []] = groupsOf(
    compared.map(widenedBy(widening(compared.length, Math.min(pool.seeds, pool.prompts) - 1))),
  ).sort((a, b) => meanGain(b) - meanGain(a))
  const [first] = best.toSorted((a, b) => b.gain - a.gain)
  const [most] = best.filter(({ low }) => low > 0).toSorted((a, b) => b.gain - a.gain)
  if (most)
    return l10n.t`Use ${describeRule(most)}: with ${labelsOf(most)} it gains ${signedPoints(most.gain)} points of accuracy over random selection (${intervalText(most, compared.length)}).`
  if (first)
    return l10n.t`No rule is surely better than random selection here; the best, ${describeRule(first)}, gains ${signedPoints(first.gain)} points with ${labelsOf(first)} (${intervalText(first, compared.length)}).`
  return l10n.t('Only random selection was simulated.')
}

const widenedBy =
  (factor: number) =>
  (figures: RuleFigures): RuleFigures => {
    const reach = factor * (figures.high - figures.gain)
    return { ...figures, low: figures.gain - reach, high: figures.gain + reach }
  }

const intervalText = ({ low, high }: RuleFigures, compared: number): string =>
  compared === 1
    ? l10n.t`95 % interval ${signedPoints(low)} to ${signedPoints(high)}`
    : l10n.t`95 % interval ${signedPoints(low)} to ${signedPoints(high)}, widened for the best of ${compared} gains`

/** "aepo λ=0.5, N=8, k=2" */
export const describeRule = (figures: RuleFigures): string =>
  `${ruleName(figures)}, N=${figures.n}, k=${figures.k}`

/** "aepo λ=0.5" */
export const ruleName = ({ rule, lambda }: RuleFigures): string =>
  lambda === null ? rule : `${rule} λ=${lambda}`

/** Points of a hundred with a sign: "+1.5". */
export function signedPoints(share: number): string {
  const points = (100 * share).toFixed(1)
  return share >= 0 || Number(points) === 0
    ? `+${points.replace('-', '')}`
    : points.replace('-', '−')
}

/** "+1.2 (−0.4 to +2.8)" */
export const signedInterval = ({ mean, low, high }: Interval): string =>
  l10n.t`${signedPoints(mean)} (${signedPoints(low)} to ${signedPoints(high)})`

/** "78.1" */
export const percentText = (share: number): string => (100 * share).toFixed(1)

/** The figures of each rule and its settings. */
export function groupsOf(figures: readonly RuleFigures[]): RuleFigures[][] {
  const groups = new Map<string, RuleFigures[]>()
  for (const one of figures)
    groups.set(describeRule(one), [...(groups.get(describeRule(one)) ?? []), one])
  return [...groups.values()]
}

const meanGain = (figures: readonly RuleFigures[]): number =>
  figures.reduce((sum, { gain }) => sum + gain, 0) / figures.length
