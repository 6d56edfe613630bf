// `aepo status`: prints the counts of a curation.
import * as l10n from '@vscode/l10n'
import { interval } from '../../core/annotation/statistics'
import {
  countedPreferences,
  countedPrompts,
  countedSentence,
  oneOrSeveral,
} from '../../core/counted'
import { countsOf } from '../../curation/counts'
import type { Curation } from '../../curation/curation'
import { generatorStrengths, strengthSentence } from '../../curation/dataSet/strengths'
import { cutOffSentence } from '../../curation/generation/cutOff'
import { describeLeftOutPrompt, leftOutPrompts } from '../../curation/generation/leftOut'
import { labelStatistics } from '../../curation/labelling/statistics'
import { dueSentence } from '../../curation/learning/dueSentence'
import { orphansSentence } from '../../curation/prompts/orphans'
import type { Round } from '../../curation/round'
import { roundSentence, roundViews } from '../../curation/roundViews'
import { awaitingSentence } from '../../curation/selection/awaiting'
import type { Counts } from '../../shared/curationViews'
import type { LabelStatistics, Share } from '../../shared/reviewProtocol'
import { cliCommand } from '../command'
import { inRound, openNamedCuration, ROUND_OPTION } from '../curation'
import { ANALYSIS_OPTIONS, labelAnalyses } from '../labelAnalyses'

/** Prompts that are named one by one; `--json` lists all. */
const MOST_NAMED = 20

export const status = cliCommand({
  does: l10n.t('prints the progress of the curation and what its labels say'),
  usage: ['FILE [--round R] [--learning] [--look-again]'],
  options: { ...ROUND_OPTION, ...ANALYSIS_OPTIONS },
  async run({ file, values }, context) {
    const { output } = context
    const curation = inRound(await openNamedCuration(file, output), values.round)
    const rounds = roundViews(curation)
    // Labels are told of the same rounds as the pairs that they make.
    const isOfOne = values.round !== undefined
    const labelled = isOfOne ? [curation.round] : curation.rounds
    const counts = {
      ...countsOf(curation),
      ...curation.dataSet.counts(isOfOne ? [curation.round.number] : undefined),
    }
    const leftOut = leftOutPrompts(curation)
    const { agreement } = labelStatistics(curation, undefined, labelled)
    const annotators = statisticsByAnnotator(curation, labelled)
    const strengths = generatorStrengths(curation)
    const { prompts, candidates, candidatesWanted, selected, pairs } = counts
    const paired = oneOrSeveral(
      pairs,
      l10n.t('1 preference pair'),
      l10n.t`${pairs} preference pairs`,
    )
    const sentences = [
      ...rounds.filter(({ isShown }) => isShown || !isOfOne).map(roundSentence),
      rounds.length === 0
        ? l10n.t`${countedPrompts(prompts)}, ${candidates} of ${candidatesWanted} candidates, ${selected} selected, ${paired}.`
        : isOfOne
          ? l10n.t`Labels of round ${curation.round.number}: ${paired}.`
          : l10n.t`Labels of all rounds: ${paired}.`,
    ]
    sentences.push(...countSentences(curation, counts, paired))
    for (const [annotator, statistics] of Object.entries(annotators))
      sentences.push(...sentencesOf(annotator, statistics))
    for (const {
      annotators: [one, other],
      same,
    } of agreement)
      sentences.push(
        l10n.t`${one} and ${other} agree on ${same.count} of ${oneOrSeveral(same.of, l10n.t('1 selection'), l10n.t`${same.of} selections`)} (${intervalOf(same)}).`,
      )
    sentences.push(...strengths.map(strengthSentence))
    const analyses = await labelAnalyses(curation, values, context)
    sentences.push(...analyses.sentences)
    for (const one of leftOut.slice(0, MOST_NAMED))
      output.message(describeLeftOutPrompt(one, curation.paths.prompts))
    sentences.push(
      ...countedSentence(
        counts.leftOut,
        l10n.t('1 prompt was left out.'),
        l10n.t`${counts.leftOut} prompts were left out.`,
      ),
    )
    output.result(
      {
        ...counts,
        ...(rounds.length === 0 ? {} : { rounds }),
        leftOutPrompts: leftOut,
        annotators,
        agreement,
        strengths,
        ...analyses.json,
      },
      sentences.join('\n'),
    )
  },
})

/**
 * What is due, what was cut off, and what stands out among the pairs.
 * @param paired the pairs as text.
 */
function countSentences(curation: Curation, counts: Counts, paired: string): string[] {
  const { candidates, cutOff, pairs, longerChosen, chosenCutOff, orphans } = counts
  return [
    ...dueSentence(counts.due),
    ...awaitingSentence(curation.round),
    ...(cutOff > 0 ? [cutOffSentence(cutOff, candidates)] : []),
    ...(pairs > 0
      ? [
          l10n.t`The longer response is preferred in ${longerChosen} of ${paired} (${intervalOf({ count: longerChosen, of: pairs })}).`,
        ]
      : []),
    ...countedSentence(
      chosenCutOff,
      l10n.t('The preferred response was cut off in 1 of them: the data set leaves it out.'),
      l10n.t`The preferred response was cut off in ${chosenCutOff} of them: the data set leaves these out.`,
    ),
    ...(orphans ? [orphansSentence(orphans, curation.paths.prompts)] : []),
  ]
}

type OfAnnotator = Pick<LabelStatistics, 'labels' | 'edited' | 'first' | 'k' | 'medianMilliseconds'>

/** Annotators who labelled a selection of these rounds. */
function statisticsByAnnotator(
  curation: Curation,
  rounds: readonly Round[],
): Record<string, OfAnnotator> {
  const { annotators } = curation.store.annotations
  const all = annotators.map((annotator): [string, OfAnnotator] => {
    const { labels, edited, first, k, medianMilliseconds } = labelStatistics(
      curation,
      annotator,
      rounds,
    )
    return [annotator, { labels, edited, first, k, medianMilliseconds }]
  })
  return Object.fromEntries(all.filter(([, { labels }]) => totalOf(labels) > 0))
}

const totalOf = (labels: LabelStatistics['labels']): number =>
  labels.ranking + labels.tie + labels.allBad + labels.skip

function sentencesOf(annotator: string, statistics: OfAnnotator): string[] {
  const { labels, edited, first, medianMilliseconds } = statistics
  const { ranking, tie, allBad, skip } = labels
  const ties = oneOrSeveral(tie, l10n.t('1 tie'), l10n.t`${tie} ties`)
  return [
    l10n.t`${annotator}: ${totalOf(labels)} labelled; ${countedPreferences(ranking)}, ${ties}, ${allBad} all bad, ${skip} skipped.`,
    ...countedSentence(
      edited,
      l10n.t`${annotator}: 1 response edited.`,
      l10n.t`${annotator}: ${edited} responses edited.`,
    ),
    ...(first.of === 0
      ? []
      : [
          l10n.t`${annotator}: the response shown first is preferred in ${first.count} of ${first.of} (${intervalOf(first)}).`,
        ]),
    ...(medianMilliseconds === null
      ? []
      : [l10n.t`${annotator}: ${(medianMilliseconds / 1000).toFixed(1)} s per label (median).`]),
  ]
}

/** "39 to 84 % with 95 % confidence" */
function intervalOf(share: Share): string {
  const [low, high] = interval(share).map((bound) => String(Math.round(100 * bound)))
  return l10n.t`${low ?? ''} to ${high ?? ''} % with 95 % confidence`
}
