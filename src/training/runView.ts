// What people see of a run.
import path from 'node:path'
import { methodOf } from '../core/training/methods/table'
import type { RunView } from '../shared/runProtocol'
import type { UnreadableRun } from './listRuns'
import { startOf } from './runFolder'
import type { TrainingRun } from './trainingRun'

export function runView(run: TrainingRun): RunView {
  const { file, history, state } = run
  const method = methodOf(file.method)
  const model = path.basename(file.model)
  return {
    id: file.id,
    title: `${method.label} on ${model}`,
    method: method.label,
    model,
    startedAt: startOf(file.id),
    rows: history.rows,
    heldOutRows: history.heldOutRows,
    state,
    step: history.step,
    totalSteps: history.totalSteps,
    secondsLeft: state === 'running' ? history.secondsLeft : null,
    round: file.round ?? 1,
    figures: method.figures,
    points: history.points,
    failure: run.failure,
    warning: history.warning,
    generates: method.generates ?? true,
    resumable: run.isResumable,
  }
}

export function unreadableRunView({ id, failure }: UnreadableRun): RunView {
  return {
    id,
    title: id,
    method: '',
    model: '',
    startedAt: startOf(id),
    rows: null,
    heldOutRows: 0,
    state: 'unreadable',
    step: 0,
    totalSteps: null,
    secondsLeft: null,
    round: 1,
    figures: [],
    points: [],
    failure,
    warning: null,
    generates: false,
    resumable: false,
  }
}
