// One sentence of advice from a simulation.
import * as l10n from '@vscode/l10n'
import type { RuleFigures, SimulationReport } from '../../shared/simulation'

/** Rules that see the scores are no advice. */
const isOracle = ({ rule }: RuleFigures): boolean => rule.startsWith('oracle-')

/**
 * The rule with the largest mean gain over random selection, judged by the budgets at which its
 * interval excludes 0, and what it gains at the budget where it gains most.
 */
export function adviceOf({ rules }: Pick<SimulationReport, 'rules'>): string {
  const [best] = groupsOf(rules.filter((one) => !isOracle(one) && one.rule !== 'random')).sort(
    (a, b) => meanGain(b) - meanGain(a),
  )
  const sure = best?.filter(({ low }) => low > 0) ?? []
  const [most] = sure.toSorted((a, b) => b.gain - a.gain)
  if (!best?.[0] || !most)
    return l10n.t(
      'No rule is better than random selection beyond chance on this pool: more labels are worth more than another rule.',
    )
  const { budget } = most
  return l10n.t`Use ${describeRule(most)}: with ${budget} labels it gains ${signed(most.gain)} points of accuracy over random selection (95 % interval ${signed(most.low)} to ${signed(most.high)}).`
}

/** "aepo λ=0.5, N=8, k=2" */
export function describeRule({ rule, lambda, n, k }: RuleFigures): string {
  const weight = lambda === null ? '' : ` λ=${lambda}`
  return `${rule}${weight}, N=${n}, k=${k}`
}

/** Points of a hundred with a sign: "+1.5". */
export function signed(share: number): string {
  const points = (100 * share).toFixed(1)
  return share >= 0 ? `+${points}` : points.replace('-', '−')
}

/** The figures of each rule and its settings. */
function groupsOf(figures: readonly RuleFigures[]): RuleFigures[][] {
  const groups = new Map<string, RuleFigures[]>()
  for (const one of figures)
    groups.set(describeRule(one), [...(groups.get(describeRule(one)) ?? []), one])
  return [...groups.values()]
}

const meanGain = (figures: readonly RuleFigures[]): number =>
  figures.reduce((sum, { gain }) => sum + gain, 0) / figures.length
