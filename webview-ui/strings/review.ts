// Strings of the review view.
import * as l10n from '@vscode/l10n'
import type { ReviewFilter } from '../review'
import { kappaText } from '../../src/core/judging/reportText'
import type { Agreement } from '../../src/shared/judging'
import type { Share } from '../../src/shared/reviewProtocol'
import { count, countedLabels, decimal, wholePercent } from '../numbers'

export const review = {
  search: l10n.t('Search prompts and notes'),
  filters: l10n.t('Show'),
  list: l10n.t('Prompts'),
  none: l10n.t('No prompt matches.'),
  open: l10n.t('not labelled'),
  leftOut: l10n.t('left out'),
  notSelected: l10n.t('no selection yet'),
  due: l10n.t('not reached yet'),
  dueHint: l10n.t('Its responses are selected using your labels when you reach it'),
  flagged: l10n.t('Flagged'),
  flagOf: (position: number) => l10n.t`Flag prompt ${count(position + 1)}`,
  flagHint: l10n.t('Flag (f)'),
  removed: (n: number) => l10n.t`${count(n)} left out`,
  filter: {
    all: l10n.t('All'),
    open: l10n.t('Not labelled'),
    ranking: l10n.t('Preferred'),
    tie: l10n.t('Ties'),
    allBad: l10n.t('All bad'),
    skip: l10n.t('Skipped'),
    flagged: l10n.t('Flagged'),
    noted: l10n.t('With a note'),
    lookAgain: l10n.t('Look again'),
    removed: l10n.t('Left out'),
  } satisfies Record<ReviewFilter, string>,
  reason: l10n.t('Why'),
  again: {
    at: (place: number, of: number, reasons: string) =>
      l10n.t`Look again, ${count(place)} of ${count(of)}: ${reasons}`,
    next: l10n.t('Next'),
    none: l10n.t('There is no label to look at again.'),
    last: l10n.t('That was the last label to look at again.'),
    computing: l10n.t('Reading the labels…'),
  },
  learning: {
    title: l10n.t('What a model learns from the labels'),
    accuracy: l10n.t('model'),
    longer: l10n.t('longer response'),
    failed: (why: string) => l10n.t`The labels could not be analysed: ${why}`,
    axis: l10n.t('labels'),
    point: (labels: number, mean: string, low: string, high: string) =>
      l10n.t`${countedLabels(labels)}: ${mean} % (${low} to ${high})`,
    meaning: l10n.t(
      'Share of your preferences that a small model predicts when it learns from the other ones, with its 95 % interval. It stands in for what training could learn. On public data such forecasts were no closer than “nothing changes”.',
    ),
  },
  statistics: {
    title: l10n.t('What the labels say'),
    longer: l10n.t('Longer preferred'),
    first: (k: number) => (k === 2 ? l10n.t('Left preferred') : l10n.t('First preferred')),
    ties: l10n.t('Ties'),
    allBad: l10n.t('All bad'),
    skips: l10n.t('Skipped'),
    edited: l10n.t('Edited'),
    speed: l10n.t('Median time'),
    seconds: (seconds: number) => l10n.t`${decimal(Math.round(seconds * 100) / 100)} s`,
    agreement: ([one, other]: readonly [string, string]) => l10n.t`${one} and ${other} agree`,
    judge: (name: string, model: string, agreement: Agreement) =>
      l10n.t`Judge ${name} (${model}) and people: κ ${kappaText(agreement)}`,
    strength: (round: number | null) =>
      round === null
        ? l10n.t('Strength of generators')
        : l10n.t`Strength of generators, round ${count(round)}`,
    strengthMeaning: l10n.t(
      'In Elo points against the mean, with 95 % intervals: 400 points are odds of 10 to 1. From the labels of all annotators.',
    ),
    share: ({ count: n, of }: Share) => l10n.t`${count(n)} of ${count(of)}`,
    interval: (low: number, high: number) =>
      l10n.t`${wholePercent(low)} to ${wholePercent(high)} % with 95 % confidence`,
    shortInterval: (low: number, high: number) =>
      l10n.t`${wholePercent(low)}–${wholePercent(high)} %`,
    more: l10n.t('more often than chance'),
    less: l10n.t('less often than chance'),
  },
}
