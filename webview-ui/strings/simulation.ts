// Strings of the view that simulates selection.
import * as l10n from '@vscode/l10n'
import type { SimulationReport } from '../../src/shared/simulation'
import { count, countedPrompts, countedResponses, countedSplits, duration } from '../numbers'

type Facts = Pick<SimulationReport['pool'], 'prompts' | 'responses' | 'seeds' | 'heldOut'>

export const simulation = {
  title: l10n.t('What each selection rule gains'),
  intro: l10n.t(
    'Replays labels on responses that are judged already: every rule selects from the same pools with equal numbers of labels, a small reward model learns from them, and held-out prompts tell how well.',
  ),
  source: l10n.t('Judged responses'),
  own: l10n.t('This curation: scores and labels'),
  file: l10n.t('A file…'),
  n: l10n.t('Candidates in a pool (N)'),
  k: l10n.t('Shown (k)'),
  budgets: l10n.t('Numbers of labels'),
  splits: l10n.t('Random splits'),
  splitsMeaning: l10n.t(
    'Random divisions into labelled and held-out prompts: more of them narrow the intervals.',
  ),
  rules: l10n.t('Rules to compare with random selection'),
  oracle: l10n.t('Uses the scores: upper bound of the gain'),
  run: l10n.t('Simulate'),
  stop: l10n.t('Stop'),
  progress: l10n.t('Progress of the simulation'),
  step: (sentence: string, done: number, total: number) =>
    total === 0 ? l10n.t`${sentence}…` : l10n.t`${sentence}: ${count(done)} of ${count(total)}`,
  left: (seconds: number) => l10n.t`${duration(seconds)} left`,
  facts: ({ prompts, responses, seeds, heldOut }: Facts, source: string) =>
    l10n.t`${source}: ${countedPrompts(prompts)}, ${countedResponses(responses)}; ${countedSplits(seeds)} with ${countedPrompts(heldOut)} held out.`,
  table: {
    label: l10n.t('Figures of each rule'),
    rule: l10n.t('Rule'),
    labels: l10n.t('Labels'),
    gain: l10n.t('Gain over random, points'),
    accuracy: l10n.t('Accuracy'),
    best: l10n.t('Best of N'),
    bestMeaning: l10n.t('Mean score of the response that the reward model ranks first'),
    nearTies: l10n.t('Near ties'),
    baselines: l10n.t('Without labels'),
  },
  percent: (share: string) => l10n.t`${share} %`,
  baseline: {
    longest: l10n.t('longest response'),
    shortest: l10n.t('shortest response'),
    first: l10n.t('first response'),
  },
}
