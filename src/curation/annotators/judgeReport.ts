// How far the judges of a curation agree with people, on the comparisons of a round.
import { outcomesOf } from '../../core/annotation/tiers'
import type { JudgeSettings } from '../../core/formats/judgeSettings'
import { judgeReport, type ReportedPair } from '../../core/judging/report'
import type { Preference } from '../../shared/domain'
import { FailureError } from '../../shared/errors'
import type { JudgeReport } from '../../shared/judging'
import type { Curation } from '../curation'
import { type ComparedText, comparisonOf } from '../labelling/comparison'
import { type Judge, judgedText, judgesOf, openJudge, recordsOf } from './judge'
import { tokensIn } from './judgeRun'

/**
 * People see no opinion of a judge before their own decision, so all their labels count. Several
 * annotators of a comparison count by majority; all bad and skips say nothing of a pair.
 */
export function reportOf(curation: Curation, judge: Judge): JudgeReport {
  const { settings, opinions, version } = judge
  const records = recordsOf(curation, settings.name, version)
  const comparisons = curation.round.selections().flatMap((selection) => {
    const comparison = comparisonOf(curation, selection)
    return comparison
      ? [{ texts: comparison.texts, preferences: preferencesOf(curation, selection.id) }]
      : []
  })
  const judged = comparisons.filter(
    ({ texts }) => opinions.preference(texts.map(judgedText)) !== null,
  )
  return judgeReport(
    {
      judge: settings.name,
      model: settings.model ?? '',
      judged: judged.length,
      unreadable: records.filter((record) => record.kind === 'answer' && record.verdict === null)
        .length,
      tokens: records.some(({ promptTokens }) => promptTokens !== null) ? tokensIn(records) : null,
    },
    comparisons.map(({ texts, preferences }) => pairsOf(judge, texts, preferences)),
    settings.kind !== 'reward',
  )
}

/** The judges of the curation file that have a journal. */
export function heardJudges(curation: Curation): JudgeSettings[] {
  const names = new Set(curation.store.judges.names)
  return judgesOf(curation).filter(({ name }) => names.has(name))
}

/**
 * Of each judge that has said something under its present model and prompt.
 * @throws FailureError as {@link openJudge}.
 */
export function judgeReports(curation: Curation): JudgeReport[] {
  return heardJudges(curation)
    .map(({ name }) => reportOf(curation, openJudge(curation, name)))
    .filter(({ judged }) => judged > 0)
}

/** As {@link judgeReports}; none while a prompt cannot be read. */
export const readableReports = (curation: Curation): JudgeReport[] =>
  whileReadable(() => judgeReports(curation)) ?? []

/** What judges said; null while a prompt cannot be read: a run of the judge says why. */
export function whileReadable<T>(said: () => T): T | null {
  try {
    return said()
  } catch (thrown) {
    if (thrown instanceof FailureError) return null
    throw thrown
  }
}

const preferencesOf = ({ store: { annotations } }: Curation, selectionId: string): Preference[] =>
  annotations.annotators.flatMap(
    (name) => annotations.standing(name).get(selectionId)?.preference ?? [],
  )

function pairsOf(
  { opinions }: Judge,
  texts: readonly ComparedText[],
  preferences: readonly Preference[],
): ReportedPair[] {
  return texts.flatMap((first, place) =>
    texts.slice(place + 1).map((second): ReportedPair => {
      const [one, other] = [judgedText(first), judgedText(second)]
      const opinion = opinions.pair(one, other)
      return {
        people: majority(preferences, first.id, second.id),
        judge: opinion?.outcome ?? null,
        probability: opinion?.probability ?? null,
        straight: opinions.answer(one, other)?.verdict,
        swapped: opinions.answer(other, one)?.verdict,
        lengths: [first.text.length, second.text.length],
      }
    }),
  )
}

/** null where no preference compares the two. */
function majority(
  preferences: readonly Preference[],
  first: string,
  second: string,
): ReportedPair['people'] {
  const votes = outcomesOf(preferences, first, second)
  if (votes.length === 0) return null
  const sum = votes.reduce((all: number, each) => all + each, 0)
  return sum > 0 ? 1 : sum < 0 ? -1 : 0
}
