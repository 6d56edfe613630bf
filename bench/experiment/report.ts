// The result as Markdown.
import { meanOf } from '../../src/core/simulation/interval'
import type { Arm, Design } from './design'
import { type CellValues, difference, intervalOver } from './figures'
import type { LabelledCell } from './labels'
import type { Interval } from '../../src/shared/simulation'
import type { Prompt } from '../../src/shared/domain'

export interface ArmResult {
  arm: Arm
  /** One per seed, in their order; as are the values. */
  labels: LabelledCell[]
  seeds: CellValues[]
}

export interface Results {
  design: Design
  prompts: { train: readonly Prompt[]; heldOut: readonly Prompt[] }
  /** Share of judged pairs that the judge orders as they were scored. */
  accuracy: number
  arms: readonly ArmResult[]
}

const HEADER = [
  'rule',
  'N',
  'labels',
  'pairs trained',
  'chosen longer by',
  'judge’s margin',
  'win rate against the base',
  'length-controlled',
  'gain over random pairs',
  'length',
  'cut off',
]

export function report({ design, prompts, accuracy, arms }: Results): string {
  const rows = arms.map((result) => {
    const { arm, labels, seeds } = result
    const random = arms.find(
      ({ arm: other }) => other.rule === 'random' && other.labels === arm.labels,
    )
    return [
      arm.rule,
      arm.rule === 'random' ? 'any' : String(arm.n),
      String(arm.labels),
      meanOf(labels.map(({ pairs }) => pairs)).toFixed(0),
      `${meanOf(labels.map(({ longer }) => longer)).toFixed(0)} characters`,
      meanOf(labels.map(({ margin }) => margin)).toFixed(3),
      percent(intervalOver(seeds.map(({ winRate }) => winRate))),
      percentOf(meanOf(seeds.map(({ lengthControlled }) => lengthControlled))),
      random === undefined || random === result ? '–' : gain(result, random),
      `× ${meanOf(seeds.map(({ lengthRatio }) => lengthRatio)).toFixed(2)}`,
      percentOf(meanOf(seeds.map(({ cutOff }) => cutOff))),
    ]
  })
  return [
    `${prompts.train.length} prompts to train on, ${prompts.heldOut.length} held out; ${design.seeds} seeds, ${design.responses} responses of each model to each held-out prompt.`,
    `The judge orders ${percentOf(accuracy)} of the pairs of judged responses as their scores do.`,
    '',
    tableRow(HEADER),
    tableRow(HEADER.map(() => '---')),
    ...rows.map(tableRow),
    '',
  ].join('\n')
}

const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** Paired by seed and prompt, in points. */
function gain(result: ArmResult, random: ArmResult): string {
  const differences = result.seeds.map(({ winRate }, seed) =>
    difference(winRate, random.seeds[seed]!.winRate),
  )
  const { mean: middle, low, high } = intervalOver(differences)
  return `${signed(middle)} (${signed(low)} to ${signed(high)})`
}

const signed = (share: number): string =>
  `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`
const percentOf = (share: number): string => `${(100 * share).toFixed(1)} %`
const percent = ({ mean: middle, low, high }: Interval): string =>
  `${percentOf(middle)} (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`
