// `aepo judge`: has a model annotate, and reports how far it agrees with people.
import * as l10n from '@vscode/l10n'
import { findingSentences, reportLines } from '../../core/judging/reportText'
import { judgeReports, reportOf } from '../../curation/annotators/judgeReport'
import { openJudge } from '../../curation/annotators/judge'
import type { Curation } from '../../curation/curation'
import type { JudgeReport } from '../../shared/judging'
import { mustBeCount } from '../checks'
import { cliCommand, type Context } from '../command'
import { inRound, openNamedCuration, ROUND_OPTION } from '../curation'
import { askJudge, judgedSentence, type JudgeValues } from '../askJudge'
import { TRAINING_OPTIONS } from '../trainingRequest'
import { UsageError } from '../usageError'

export const judge = cliCommand({
  does: l10n.t('has a model judge the comparisons, and reports how far it agrees with people'),
  usage: [
    'FILE --judge NAME [--budget N] [--tokens N] [--round R] [--python PATH]',
    'FILE --report [--judge NAME] [--round R]',
  ],
  options: {
    judge: {
      type: 'text',
      value: 'NAME',
      does: l10n.t('a judge that the curation file declares in “judges”'),
    },
    report: {
      type: 'flag',
      value: '',
      does: l10n.t('only report on what was judged before; by default on all judges'),
    },
    budget: {
      type: 'number',
      value: 'N',
      does: l10n.t('comparisons in all; by default the budget of the judge in the curation file'),
    },
    tokens: {
      type: 'number',
      value: 'N',
      does: l10n.t('tokens in all; by default those of the judge in the curation file'),
    },
    ...ROUND_OPTION,
    python: TRAINING_OPTIONS.python,
  },
  async run({ file, values }, context) {
    const { output } = context
    for (const key of ['budget', 'tokens'] as const) mustBeCount(key, values[key])
    if (values.judge === undefined && values.report !== true)
      throw new UsageError(l10n.t('judge takes either --judge or --report.'))
    const curation = inRound(await openNamedCuration(file, output), values.round)
    if (values.report === true) {
      report(curation, values.judge, context)
      return
    }
    const { judge: name = '', ...limits } = values
    return run(curation, name, limits, context)
  },
})

function report(curation: Curation, name: string | undefined, { output }: Context): void {
  const reports =
    name === undefined ? judgeReports(curation) : [reportOf(curation, openJudge(curation, name))]
  output.result(
    { judges: reports },
    reports.length === 0
      ? l10n.t('No judge has judged anything yet.')
      : reports.map(reportText).join('\n\n'),
  )
}

async function run(
  curation: Curation,
  name: string,
  limits: JudgeValues,
  context: Context,
): Promise<void> {
  const { judge: opened, result } = await askJudge(curation, name, limits, context)
  const found = reportOf(curation, opened)
  context.output.result(
    { judge: name, ...result, report: found },
    `${judgedSentence(name, result)}\n\n${reportText(found)}`,
  )
}

function reportText(found: JudgeReport): string {
  const lines = reportLines(found)
  const width = Math.max(...lines.map(({ label }) => label.length))
  return [
    `judge:${found.judge} (${found.model})`,
    ...lines.map(({ label, value }) => `  ${label.padEnd(width)}  ${value}`),
    ...findingSentences(found).map((sentence) => `  ! ${sentence}`),
  ].join('\n')
}
