// Run Judge…: a model judges the comparisons of the round that is shown. In the view Evaluate one
// votes on the pairs of an evaluation.
import * as l10n from '@vscode/l10n'
import { countedComparisons } from '../../core/counted'
import * as vscode from 'vscode'
import type { JudgeSettings } from '../../core/formats/judgeSettings'
import { beyondBudgetSentence, findingSentences, kappaText } from '../../core/judging/reportText'
import { type Judge, judgesOf, openJudge } from '../../curation/annotators/judge'
import { reportOf } from '../../curation/annotators/judgeReport'
import { type JudgeMeans, judgeModel } from '../../curation/annotators/judgeModels'
import { type JudgeRunResult, runJudge } from '../../curation/annotators/judgeRun'
import type { Curation } from '../../curation/curation'
import { failureError } from '../../shared/errors'
import { askEditor } from '../editorModels'
import { mustBeTrusted } from '../trust'
import type { CurationDocument } from '../curationDocument'
import type { Command, CommandServices } from './command'

interface Asked {
  /** What is judged; asked for anew when the work starts again after a change of the file. */
  of: (document: CurationDocument) => Promise<Curation>
  sentence: (curation: Curation, judge: Judge, result: JudgeRunResult) => string
}

const judgeCommand =
  (asked: Asked): Command =>
  async (services, uri) => {
    const document = await services.curations.pick(uri)
    if (!document) return
    mustBeTrusted(l10n.t('No judge is asked in an untrusted workspace.'))
    const judge = await pickJudge(await document.open())
    if (judge) await ask(services, document, judge, asked)
  }

export const runJudgeCommand = judgeCommand({
  of: (document) => document.open(),
  sentence: resultSentence,
})

/** A judge votes on the pairs of an evaluation. */
export const judgeEvaluation = (id: string): Command =>
  judgeCommand({
    of: async ({ evaluations }) => (await evaluations.open(id)).data,
    sentence: votesSentence,
  })

async function ask(
  { engine, training, log }: CommandServices,
  document: CurationDocument,
  { name }: JudgeSettings,
  { of, sentence }: Asked,
): Promise<void> {
  const onNotice = (text: string): void => log.warn(text)
  const means: JudgeMeans = {
    engine: () => engine,
    runner: () => training.scoringRunner(),
    editor: askEditor,
    onNotice,
  }
  const end = await document.work.run(async (signal) => {
    const curation = await of(document)
    const judge = openJudge(curation, name)
    const model = judgeModel(curation, judge.settings, means)
    const onActivity = document.work.showActivity
    const result = await runJudge(curation, judge, model, { signal, onActivity, onNotice })
    void vscode.window.showInformationMessage(sentence(curation, judge, result))
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
    detail: l10n.t`Up to ${countedComparisons(judge.budget)}`,
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
  const { agreement } = report
  return [
    l10n.t`The judge ${name} has an opinion on ${countedComparisons(judged)}.`,
    agreement.same.of === 0
      ? l10n.t('Nothing that it judged is labelled: what it is worth is not known.')
      : l10n.t`Agreement with the labels: κ ${kappaText(agreement)}.`,
    ...findingSentences(report),
    ...beyondBudgetSentence(beyondBudget),
  ].join(' ')
}

/** Nothing of what the judge prefers: the user may not have voted yet. */
const votesSentence = (
  _: Curation,
  { settings: { name } }: Judge,
  { judged, beyondBudget }: JudgeRunResult,
): string =>
  [
    l10n.t`The judge ${name} has an opinion on ${countedComparisons(judged)}.`,
    l10n.t('Its votes stay apart, and are shown once you have voted on all pairs.'),
    ...beyondBudgetSentence(beyondBudget),
  ].join(' ')
