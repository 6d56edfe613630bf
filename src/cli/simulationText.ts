// The table that `aepo simulate` prints, with its sentence of advice.
import * as l10n from '@vscode/l10n'
import { countedPrompts } from '../core/counted'
import { adviceOf, describeRule, percentText, signedInterval } from '../core/simulation/advice'
import type { BaselineFigures, RuleFigures, SimulationReport } from '../shared/simulation'

export function simulationText(report: SimulationReport): string {
  const { pool, rules, baselines } = report
  const { prompts, responses, seeds, heldOut } = pool
  return [
    l10n.t`${countedPrompts(prompts)}, ${responses} responses; ${seeds} random splits with ${countedPrompts(heldOut)} held out.`,
    ...table([
      [
        l10n.t('rule'),
        l10n.t('labels'),
        l10n.t('accuracy %'),
        l10n.t('gain over random, points (95 %)'),
        l10n.t('best of N'),
        l10n.t('near ties %'),
        l10n.t('coverage'),
      ],
      ...rules.map(rowOf),
      ...baselines.map(baselineRow),
    ]),
    adviceOf(report),
  ].join('\n')
}

const rowOf = (one: RuleFigures): string[] => [
  describeRule(one),
  String(Math.round(one.labels)),
  percentText(one.accuracy),
  one.rule === 'random' ? '' : signedInterval({ ...one, mean: one.gain }),
  one.bestOfN.toFixed(3),
  percentText(one.nearTies),
  one.coverage.toFixed(3),
]

const baselineRow = ({ baseline, accuracy, bestOfN }: BaselineFigures): string[] => [
  baseline,
  '0',
  percentText(accuracy),
  '',
  bestOfN.toFixed(3),
  '',
  '',
]

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
