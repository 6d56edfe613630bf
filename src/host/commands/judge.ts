// Run Judge…: a model judges the comparisons of the round that is shown.
import * as l10n from '@vscode/l10n'
import { countedComparisons } from '../../core/counted'
import * as vscode from 'vscode'
import type { JudgeSettings } from '../../core/formats/judgeSettings'
import { findingSentences, kappaText } from '../../core/judging/reportText'
import { type Judge, judgesOf, openJudge } from '../../curation/annotators/judge'
import { reportOf } from '../../curation/annotators/judgeReport'
import { type JudgeMeans, judgeModel } from '../../curation/annotators/judgeModels'
import { type JudgeRunResult, runJudge } from '../../curation/annotators/judgeRun'
import type { Curation } from '../../curation/curation'
import { failureError } from '../../shared/errors'
import { askEditor } from '../editorModels'
import { mustBeTrusted } from '../trust'
import type { Command } from './command'

export const runJudgeCommand: Command = async ({ curations, engine, training, log }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  mustBeTrusted(l10n.t('No judge is asked in an untrusted workspace.'))
  const curation = await document.open()
  const judge = await pickJudge(curation)
  if (!judge) return
  const onNotice = (sentence: string): void => log.warn(sentence)
  const means: JudgeMeans = {
    engine: () => engine,
    runner: () => training.scoringRunner(),
    editor: askEditor,
    onNotice,
  }
  const opened = openJudge(curation, judge.name)
  const model = judgeModel(curation, opened.settings, means)
  const end = await document.work.run(async (signal) => {
    const onActivity = document.work.showActivity
    const result = await runJudge(curation, opened, model, { signal, onActivity, onNotice })
    void vscode.window.showInformationMessage(resultSentence(curation, opened, result))
  })
  if (end === 'busy')
    void vscode.window.showInformationMessage(
      l10n.t('No judge was asked: other work on this curation is running.'),
    )
}

/** The only judge of a curation is taken without asking. */
async function pickJudge(curation: Curation): Promise<JudgeSettings | undefined> {
  const judges = judgesOf(curation)
  const [only, ...others] = judges
  if (!only)
    throw failureError('bad-input', l10n.t('The curation file declares no judge.'), {
      where: curation.paths.file,
      remedy: l10n.t('Add “judges”, such as [{ "name": "embedded", "kind": "local" }].'),
    })
  if (others.length === 0) return only
  const items = judges.map((judge) => ({
    label: judge.name,
    description: judge.model ?? '',
    detail: l10n.t`Up to ${judge.budget} comparisons`,
    judge,
  }))
  const picked = await vscode.window.showQuickPick(items, { title: l10n.t('Run Judge') })
  return picked?.judge
}

function resultSentence(
  curation: Curation,
  judge: Judge,
  { judged, beyondBudget }: JudgeRunResult,
): string {
  const { name } = judge.settings
  const report = reportOf(curation, judge)
  const { same, kappa } = report.agreement
  return [
    l10n.t`The judge ${name} has an opinion on ${countedComparisons(judged)}.`,
    same.of === 0
      ? l10n.t('Nothing that it judged is labelled: what it is worth is not known.')
      : l10n.t`Agreement with the labels: κ ${kappaText(kappa)}.`,
    ...findingSentences(report),
    ...(beyondBudget > 0 ? [l10n.t`Left beyond its budget: ${beyondBudget}.`] : []),
  ].join(' ')
}
