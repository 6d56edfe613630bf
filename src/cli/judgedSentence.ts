// What a run of a judge did, for the terminal.
import * as l10n from '@vscode/l10n'
import { countedComparisons } from '../core/counted'
import type { JudgeRunResult } from '../curation/annotators/judgeRun'

export function judgedSentence(name: string, result: JudgeRunResult): string {
  const { asked, judged, unreadable, refused, beyondBudget } = result
  return [
    l10n.t`The judge ${name} was asked about ${countedComparisons(asked)} and has an opinion on ${judged} in all.`,
    ...(unreadable > 0
      ? [l10n.t`No opinion, because an answer had no verdict: ${unreadable}.`]
      : []),
    ...(refused > 0 ? [l10n.t`Refused by the model: ${refused}.`] : []),
    ...(beyondBudget > 0
      ? [l10n.t`Not judged, because the budget is used up: ${beyondBudget}.`]
      : []),
  ].join(' ')
}
