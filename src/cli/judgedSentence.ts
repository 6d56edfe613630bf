// What a run of a judge did, for the terminal.
import * as l10n from '@vscode/l10n'
import { countedComparisons } from '../core/counted'
import type { JudgeRunResult } from '../curation/annotators/judgeRun'

export function judgedSentence(name: string, result: JudgeRunResult): string {
  const { asked, judged, unreadable, refused, beyondBudget } = result
  return [
    l10n.t`The judge ${name} was asked about ${countedComparisons(asked)} and has an opinion on ${judged} in all.`,
    ...(unreadable > 0 ? [l10n.t`Without one, as an answer names no verdict: ${unreadable}.`] : []),
    ...(refused > 0 ? [l10n.t`Not taken by the model: ${refused}.`] : []),
    ...(beyondBudget > 0
      ? [l10n.t`Left, since the budget of the judge is used up: ${beyondBudget}.`]
      : []),
  ].join(' ')
}
