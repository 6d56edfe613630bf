// What people see of a run.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { methodOf } from '../core/training/methods/table'
import {
  comparedFigures,
  type Regression,
  regressionBasis,
  regressionWarnings,
} from '../core/training/regression'
import { runSettings } from '../core/training/settings/runSettings'
import type { RegressionView, RunView } from '../shared/runProtocol'
import type { UnreadableRun } from './listRuns'
import { startOf } from './runFolder'
import type { TrainingRun } from './trainingRun'

/** Oldest first. */
export const runViews = (
  runs: readonly TrainingRun[],
  unreadable: readonly UnreadableRun[],
): RunView[] =>
  [...runs.map(runView), ...unreadable.map(unreadableRunView)].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  )

export function runView(run: TrainingRun): RunView {
  const { file, history, state } = run
  const method = methodOf(file.method)
  const model = path.basename(file.model)
  return {
    id: file.id,
    title: l10n.t`${method.label} on ${model}`,
    method: method.label,
    model,
    settings: runSettings(file),
    startedAt: startOf(file.id),
    rows: history.rows,
    heldOutRows: history.heldOutRows,
    selfAnnotatedRows: history.selfAnnotatedRows,
    state,
    step: history.step,
    totalSteps: history.totalSteps,
    secondsLeft: state === 'running' ? history.secondsLeft : null,
    round: file.round ?? 1,
    figures: method.figures,
    points: history.points,
    failure: run.failure,
    warning: history.warning,
    regression: regressionView(run),
    generates: method.generates ?? true,
    resumable: run.isResumable,
  }
}

type Findings = Pick<RegressionView, 'figures' | 'warnings'>

/** Each is computed once, in milliseconds: every state of an editor holds those of all runs. */
const known = new WeakMap<Regression, Findings>()

function findingsOf(regression: Regression): Findings {
  const found = known.get(regression)
  if (found) return found
  const findings = {
    figures: comparedFigures(regression),
    warnings: regressionWarnings(regression),
  }
  known.set(regression, findings)
  return findings
}

function regressionView({ regression, history }: TrainingRun): RegressionView | null {
  if (!regression) return null
  const { seconds } = regression
  const { trainingSeconds } = history
  const share =
    trainingSeconds > 0 ? Math.round((100 * seconds) / (trainingSeconds + seconds)) : null
  const took =
    share === null
      ? l10n.t`${Math.ceil(seconds)} s`
      : l10n.t`${Math.ceil(seconds)} s, ${share} % of the time of the run`
  return {
    ...findingsOf(regression),
    basis: [regressionBasis(regression), took].filter((part) => part !== '').join('; '),
  }
}

function unreadableRunView({ id, failure }: UnreadableRun): RunView {
  return {
    id,
    title: id,
    method: '',
    model: '',
    settings: {},
    startedAt: startOf(id),
    rows: null,
    heldOutRows: 0,
    selfAnnotatedRows: 0,
    state: 'unreadable',
    step: 0,
    totalSteps: null,
    secondsLeft: null,
    round: 1,
    figures: [],
    points: [],
    failure,
    warning: null,
    regression: null,
    generates: false,
    resumable: false,
  }
}
