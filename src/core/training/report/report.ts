// The report of a training run as a Markdown document: what it changed, on which rows, and all that
// repeating it needs. The same run gives the same bytes.
import * as l10n from '@vscode/l10n'
import { describeFailure } from '../../../shared/errors'
import { methodOf } from '../methods/table'
import { comparedFigures, regressionBasis, regressionWarnings } from '../regression'
import { beforeAndAfter } from './beforeAndAfter'
import { changesOf } from './changes'
import { dataSection } from './data'
import type { ReportFacts } from './facts'
import { picture, quote, table } from './markdown'
import { figureText } from '../charts/figureText'
import { byteText, secondsText, signed } from './numbers'
import { repeatSection, settingsSection } from './settings'

export function runReport(facts: ReportFacts): string {
  const { file, history, failure, regression, pictures } = facts
  const method = methodOf(file.method)
  const notes = [
    ...(history.warning === null ? [] : [l10n.t`Warning: ${history.warning}`]),
    ...(failure === null ? [] : [describeFailure(failure)]),
    ...(regression === null ? [] : regressionWarnings(regression)),
  ]
  return [
    `# ${method.label}: ${facts.model}`,
    l10n.t`${method.summary} Paper: ${method.paper.title}, [arXiv ${method.paper.arxiv}](https://arxiv.org/abs/${method.paper.arxiv}).`,
    ...notes.map(quote),
    summary(facts),
    ...changed(facts),
    ...besides(facts),
    ...pictures.map(({ title, file: name }) => picture(title, name)),
    ...dataSection(facts),
    ...settingsSection(facts),
    ...repeatSection(facts),
  ]
    .map((part) => `${part}\n`)
    .join('\n')
}

const STATES: Readonly<Record<ReportFacts['state'], string>> = {
  starting: l10n.t('starting'),
  running: l10n.t('running'),
  pausing: l10n.t('pausing'),
  paused: l10n.t('paused'),
  stopped: l10n.t('stopped'),
  failed: l10n.t('failed'),
  finished: l10n.t('finished'),
}

function summary({ file, state, history, startedAt, machine }: ReportFacts): string {
  const { step, totalSteps, rows, heldOutRows, trainingSeconds, peakMemory } = history
  const own = history.selfAnnotatedRows
  const entries: [string, string | null][] = [
    [l10n.t('Run'), file.id],
    [l10n.t('State'), STATES[state]],
    [
      l10n.t('Started'),
      startedAt === null ? null : startedAt.replace('T', ' ').replace('Z', ' UTC'),
    ],
    [l10n.t('Optimiser steps'), totalSteps === null ? null : l10n.t`${step} of ${totalSteps}`],
    [l10n.t('Training time'), trainingSeconds === 0 ? null : secondsText(trainingSeconds)],
    [l10n.t('Rows trained on'), rows === null ? null : String(rows)],
    [l10n.t('Of these annotated by the model itself'), own === 0 ? null : String(own)],
    [l10n.t('Rows held out'), rows === null ? null : String(heldOutRows)],
    [l10n.t('Device'), machine?.device ?? null],
    [l10n.t('Peak memory'), peakMemory === null ? null : byteText(peakMemory)],
  ]
  return table(
    ['', ''],
    entries.flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  )
}

function changed({ file, history }: ReportFacts): string[] {
  const changes = changesOf(methodOf(file.method).figures, history.points)
  const { largestUpdate } = history
  if (changes.length === 0 && largestUpdate === null) return []
  const verdicts = { better: l10n.t('better'), worse: l10n.t('worse') }
  return [
    `## ${l10n.t('What the run changed')}`,
    ...(largestUpdate === null
      ? []
      : [l10n.t`Largest update of a weight: ${figureText(largestUpdate)}.`]),
    ...(changes.length === 0
      ? []
      : [
          table(
            [l10n.t('Figure'), l10n.t('Before'), l10n.t('After'), l10n.t('Change'), ''],
            changes.map(({ label, before, after, verdict }) => [
              label,
              figureText(before),
              figureText(after),
              signed(after - before),
              verdict === null ? '' : verdicts[verdict],
            ]),
            ['left', 'right', 'right', 'right', 'left'],
          ),
          l10n.t(
            'Held-out figures are those of the first and the last evaluation. The others are means over the first and the last tenth of the recorded steps.',
          ),
        ]),
  ]
}

/** What became of the model beside the preferences. */
function besides({ regression }: ReportFacts): string[] {
  if (regression === null) return []
  const basis = regressionBasis(regression)
  return [
    `## ${l10n.t('Regression check')}`,
    ...(basis === '' ? [] : [`${basis}.`]),
    beforeAndAfter(comparedFigures(regression)),
  ]
}
