// The figures of an evaluation as sentences.
import * as l10n from '@vscode/l10n'
import {
  countedCharacters,
  countedPairs,
  countedPrompts,
  countedSentence,
  oneOrSeveral,
} from '../core/counted'
import { FEWEST_FOR_LENGTH } from '../core/evaluation/lengthControlled'
import { judgeAnnotator } from '../core/formats/judgeSettings'
import { agreementText, findingSentences } from '../core/judging/reportText'
import type { Estimate, EvaluationView, JudgeVotes, LengthRefusal } from '../shared/evaluation'

/** "A wins 58.3 % (44.1 to 71.2 %)…" and what belongs to it, a sentence each. */
export function resultSentences({ a, b, result }: EvaluationView): string[] {
  const { win, votes, skips, equal, length, agreement, annotators } = result
  if (!win) return []
  const total = votes.a + votes.b + votes.tie + votes.allBad
  return [
    l10n.t`${a} wins against ${b} in ${percent(win)} of ${countedPrompts(result.prompts)}; ties and “all bad” are half.`,
    l10n.t`At equal lengths: ${lengthControlledText(result.lengthControlled)}.`,
    settlingSentence(result),
    l10n.t`Votes: ${total}; ${votes.a} for ${a}, ${votes.b} for ${b}, ties ${votes.tie}, all bad ${votes.allBad}, skipped ${skips}.`,
    ...countedSentence(
      equal,
      l10n.t('1 pair has equal responses: a tie.'),
      l10n.t`${equal} pairs have equal responses: ties.`,
    ),
    l10n.t`Mean length: ${countedCharacters(Math.round(length.a))} of ${a}, ${Math.round(length.b)} of ${b}.`,
    ...(annotators.length < 2 ? [] : annotators.flatMap((each) => annotatorSentence(each, a))),
    ...agreement.map(
      ({ annotators: [one, other], same }) =>
        l10n.t`${one} and ${other} agree on ${same.count} of ${countedPairs(same.of)}.`,
    ),
  ]
}

/** What one judge says, each sentence with the name of the judge. */
export function judgeSentences(
  { a, b }: Pick<EvaluationView, 'a' | 'b'>,
  { win, votes, prompts, lengthControlled, report }: JudgeVotes,
): string[] {
  const judge = judgeAnnotator(report.judge)
  return [
    win === null
      ? l10n.t`${judge} has no vote yet.`
      : l10n.t`By the votes of ${judge} alone, which count in no other figure, ${a} wins against ${b} in ${percent(win)} of ${countedPrompts(prompts)}.`,
    l10n.t`${judge}, at equal lengths: ${lengthControlledText(lengthControlled)}.`,
    l10n.t`${judge}, votes: ${votes.a} for ${a}, ${votes.b} for ${b}, ties ${votes.tie}.`,
    l10n.t`${judge}, agreement with people: ${agreementText(report.agreement)}.`,
    ...findingSentences(report).map((finding) => l10n.t`${judge}: ${finding}`),
  ]
}

const annotatorSentence = (
  { annotator, prompts, win }: EvaluationView['result']['annotators'][number],
  a: string,
): string[] =>
  win
    ? [
        l10n.t`By the votes of ${annotator} alone ${a} wins ${percent(win)} of ${countedPrompts(prompts)}.`,
      ]
    : []

/** "58.3 % (95 % interval 44.1 to 71.2 %)" */
function percent({ rate, low, high }: Estimate): string {
  const [share, from, to] = [rate, low, high].map((value) => (100 * value).toFixed(1))
  return l10n.t`${share ?? ''} % (95 % interval ${from ?? ''} to ${to ?? ''} %)`
}

const lengthControlledText = (rate: Estimate | LengthRefusal): string =>
  typeof rate === 'string' ? refusalText(rate) : percent(rate)

/** Why there is no length-controlled rate. */
function refusalText(refusal: LengthRefusal): string {
  switch (refusal) {
    case 'few':
      return l10n.t`not given with votes on fewer than ${FEWEST_FOR_LENGTH} prompts`
    case 'oneSided':
      return l10n.t('not given: all votes are for one model')
    case 'equalLengths':
      return l10n.t('not given: the lengths differ by the same in all pairs')
  }
}

/** How many votes would settle it. */
function settlingSentence({ furtherPrompts }: EvaluationView['result']): string {
  if (furtherPrompts === null)
    return l10n.t('At a rate of 50 % no number of votes would tell the models apart.')
  return furtherPrompts === 0
    ? l10n.t('The 95 % interval excludes 50 %.')
    : oneOrSeveral(
        furtherPrompts,
        l10n.t(
          'If the rate stays, votes on 1 further prompt would settle it: the interval would exclude 50 %.',
        ),
        l10n.t`If the rate stays, votes on ${furtherPrompts} further prompts would settle it: the interval would exclude 50 %.`,
      )
}
