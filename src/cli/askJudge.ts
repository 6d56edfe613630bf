// Runs a judge for the command line.
import * as l10n from '@vscode/l10n'
import { countedComparisons } from '../core/counted'
import { beyondBudgetSentence } from '../core/judging/reportText'
import { type Judge, openJudge } from '../curation/annotators/judge'
import { type JudgeModel, judgeModel } from '../curation/annotators/judgeModels'
import { type JudgeRunResult, runJudge } from '../curation/annotators/judgeRun'
import type { Curation } from '../curation/curation'
import type { Context } from './command'
import { given } from './curation'
import { runnerOf } from './trainingRequest'

export interface JudgeValues {
  budget?: number
  tokens?: number
  /** As the option gives it. */
  python?: string
}

/** @throws FailureError as {@link openJudge}, and for a language model of VS Code. */
export function judgeWithModel(
  curation: Curation,
  name: string,
  python: string | undefined,
  context: Context,
): { judge: Judge; model: JudgeModel } {
  const judge = openJudge(curation, name)
  const model = judgeModel(curation, judge.settings, {
    engine: () => context.environment.engine(context.output, curation),
    runner: () => runnerOf(python, context),
    editor: null,
    onNotice: (sentence) => context.output.message(sentence),
  })
  return { judge, model }
}

/** @throws FailureError as {@link judgeWithModel} and {@link runJudge}. */
export async function askJudge(
  curation: Curation,
  name: string,
  { budget, tokens, python }: JudgeValues,
  context: Context,
): Promise<{ judge: Judge; result: JudgeRunResult }> {
  const { environment, output } = context
  const { judge, model } = judgeWithModel(curation, name, python, context)
  const result = await runJudge(curation, judge, model, {
    signal: environment.signal,
    onActivity: output.progress,
    onNotice: (sentence) => output.message(sentence),
    ...given('budget', budget),
    ...given('tokens', tokens),
  })
  return { judge, result }
}

export function judgedSentence(name: string, result: JudgeRunResult): string {
  const { asked, judged, unreadable, refused, beyondBudget } = result
  return [
    l10n.t`The judge ${name} was asked about ${countedComparisons(asked)} and has an opinion on ${judged} in all.`,
    ...(unreadable > 0
      ? [l10n.t`No opinion, because an answer had no verdict: ${unreadable}.`]
      : []),
    ...(refused > 0 ? [l10n.t`Refused by the model: ${refused}.`] : []),
    ...beyondBudgetSentence(beyondBudget),
  ].join(' ')
}
