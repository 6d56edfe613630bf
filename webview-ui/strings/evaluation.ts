// Strings of the view of evaluations.
import * as l10n from '@vscode/l10n'
import type { Estimate, LengthRefusal } from '../../src/shared/evaluation'
import {
  count,
  countedCharacters,
  countedPrompts,
  countedResponses,
  countedVotingPairs,
  moment,
} from '../numbers'

const REFUSALS: Readonly<Record<LengthRefusal, string>> = {
  few: l10n.t('too few votes'),
  oneSided: l10n.t('all votes are for one model'),
  equalLengths: l10n.t('the lengths differ by the same everywhere'),
}

const tenths = (share: number): string => (100 * share).toFixed(1)

export const evaluation = {
  none: {
    title: l10n.t('No evaluation yet'),
    body: l10n.t(
      'An evaluation shows whether one model is better than another, such as a trained one than its base: both respond to the same held-out prompts, and you vote without seeing which response is whose.',
    ),
  },
  start: l10n.t('Evaluate Two Models…'),
  judge: l10n.t('Let a Judge Vote…'),
  judgeMeaning: l10n.t(
    'A model votes on the pairs. Its votes stay apart from those of people, and appear once you have voted on all pairs.',
  ),
  choose: l10n.t('Evaluation'),
  title: (a: string, b: string) => l10n.t`${a} against ${b}`,
  of: (id: string, a: string, b: string) => l10n.t`${a} against ${b} (${id})`,
  prompts: (n: number, file: string | null) =>
    file === null
      ? l10n.t`${countedPrompts(n)}, held out`
      : l10n.t`${countedPrompts(n)} of ${file}`,
  createdAt: (iso: string) => l10n.t`Created ${moment(iso)}`,
  progress: l10n.t('Sampled responses'),
  sampled: (done: number, wanted: number) =>
    l10n.t`${count(done)} of ${countedResponses(wanted)} sampled`,
  sampleRest: l10n.t('Sample the Rest'),
  voted: (voted: number, pairs: number) =>
    l10n.t`${count(voted)} of ${countedVotingPairs(pairs)} voted on`,
  blind: l10n.t('The names of the models appear after each vote.'),
  showResult: l10n.t('Show Result'),
  hideResult: l10n.t('Hide Result'),
  peek: l10n.t(
    'Vote on all pairs first. Stopping when the result looks good makes the interval invalid.',
  ),
  allVoted: l10n.t('You voted on all pairs.'),
  noPairs: l10n.t('Pairs appear here as soon as both models have responded to a prompt.'),
  allEqual: l10n.t('Both models gave the same responses: there is nothing to vote on.'),
  again: l10n.t('Review Votes'),
  result: {
    title: l10n.t('Result'),
    win: (a: string) => l10n.t`${a} wins`,
    equalLengths: l10n.t('At equal lengths'),
    by: (annotator: string) => l10n.t`By ${annotator} alone`,
    judges: l10n.t('Judges'),
    judgesApart: l10n.t('The votes of models. They count in none of the figures above.'),
    byJudge: (judge: string) => l10n.t`By judge ${judge} alone`,
    value: ({ rate, low, high }: Estimate) =>
      l10n.t`${tenths(rate)} % (${tenths(low)} to ${tenths(high)} %)`,
    meaning: l10n.t(
      '95 % intervals. Ties and “all bad” are half a win; each prompt counts once. At equal lengths: what the rate would be if length did not matter.',
    ),
    atPercent: (percent: number) => l10n.t`${count(percent)} %`,
    notGiven: (why: LengthRefusal) => l10n.t`not given: ${REFUSALS[why]}`,
    settled: l10n.t('The 95 % interval excludes 50 %.'),
    further: (n: number) =>
      n === 1
        ? l10n.t('If the rate stays, votes on 1 further prompt would settle it.')
        : l10n.t`If the rate stays, votes on ${count(n)} further prompts would settle it.`,
    never: l10n.t('At a rate of 50 % no number of votes would tell the models apart.'),
    none: l10n.t('There are no votes yet.'),
    model: l10n.t('Model'),
    votes: l10n.t('Votes'),
    meanLength: l10n.t('Mean length'),
    ties: l10n.t('Ties'),
    allBad: l10n.t('All bad'),
    skipped: l10n.t('Skipped'),
    equal: l10n.t('Equal responses'),
    onPrompts: l10n.t('Prompts with votes'),
    characters: (n: number) => countedCharacters(Math.round(n)),
    agree: ([one, other]: readonly [string, string]) => l10n.t`${one} and ${other} agree`,
    share: (same: number, of: number) => l10n.t`${count(same)} of ${count(of)}`,
  },
}
