// What a run would need on this machine: the sizes of its model and rows, measured speeds, free
// memory.
import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { estimatedSeconds, type MeasuredRun } from '../core/training/needs/estimate'
import { type ModelShape, modelShapeOf } from '../core/training/needs/modelShape'
import {
  memoryNeed,
  operationsPerStep,
  rowLengths,
  type RowLengths,
  type RunDevice,
} from '../core/training/needs/needs'
import { EMBEDDED_MODEL, isTrainableCopy } from '../processes/trainableModel'
import { hasNvidiaGpu } from '../processes/torchVariant'
import { machineSpeed } from './machineSpeed'
import { readTrainingRows } from './runFolder'
import type { TrainingRun } from './trainingRun'

const EMBEDDED = 'builtin:'

/** What the estimate of a run is made from. */
export interface RunNeeds {
  /** null where the model is not on this machine, or is of an unknown kind. */
  memory: { needed: number; free: number; device: RunDevice } | null
  /** `isRough`: no run like it was measured. */
  time: { seconds: number; isRough: boolean } | null
}

/** @param models the folder of the embedded models. */
function modelShape(model: string, models: string): ModelShape | null {
  const folder = model.startsWith(EMBEDDED)
    ? path.join(models, model.slice(EMBEDDED.length))
    : model
  if (!path.isAbsolute(folder)) return null
  try {
    return modelShapeOf(JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8')))
  } catch {
    return null
  }
}

/** The memory of a GPU is not known without its tools. */
const runDevice = (): RunDevice => (hasNvidiaGpu() ? 'gpu' : 'cpu')

/** What is known of a model and of earlier runs. */
export interface EstimateFacts {
  /** A folder, a hub id, or `builtin:NAME`. */
  model: string
  /** null as in {@link RunNeeds}. */
  shape: ModelShape | null
  /** Oldest first. */
  earlier: readonly MeasuredRun[]
  /** Operations a second of the last run on this machine; null where none was measured. */
  measuredSpeed: number | null
}

/** @param models the folder of the embedded models. */
export const runFacts = (
  model: string,
  models: string,
  runs: readonly TrainingRun[],
  speed: number | null,
): EstimateFacts => ({
  model: knownModel(model),
  shape: modelShape(model, models),
  earlier: measured(runs),
  measuredSpeed: speed,
})

/** What the steps of runs took, in their order. */
const measured = (runs: readonly TrainingRun[]): MeasuredRun[] =>
  runs.flatMap(({ file, history: { secondsPerStep } }) =>
    secondsPerStep === null
      ? []
      : [{ file: { ...file, model: knownModel(file.model) }, secondsPerStep }],
  )

/** Each machine keeps its own copy of the embedded model. */
const knownModel = (model: string): string => (isTrainableCopy(model) ? EMBEDDED_MODEL : model)

export function runNeeds(
  file: MeasuredRun['file'],
  steps: number,
  lengths: RowLengths,
  facts: EstimateFacts,
): RunNeeds {
  const { shape } = facts
  const device = runDevice()
  const memory = shape && {
    needed: memoryNeed(shape, file.common, lengths, device).total,
    free: os.freemem(),
    device,
  }
  const like = estimatedSeconds({ ...file, model: knownModel(file.model) }, steps, facts.earlier)
  if (like !== null) return { memory, time: { seconds: like, isRough: false } }
  const speed = facts.measuredSpeed ?? (device === 'cpu' ? machineSpeed() : null)
  if (!shape || speed === null) return { memory, time: null }
  const seconds = (steps * operationsPerStep(shape, file.common, lengths)) / speed
  return { memory, time: { seconds, isRough: true } }
}

/**
 * Operations a second of the latest run whose model and rows are there and whole; null where there
 * is none. Runs of other models and lengths are comparable by it.
 */
export async function measuredSpeed(
  runs: readonly TrainingRun[],
  models: string,
): Promise<number | null> {
  for (const { folder, file, history } of runs.toReversed()) {
    const shape = modelShape(file.model, models)
    const { secondsPerStep } = history
    if (!shape || secondsPerStep === null || secondsPerStep <= 0) continue
    const rows = await readTrainingRows(folder).catch(() => null)
    if (!rows?.length) continue
    return (
      operationsPerStep(shape, file.common, rowLengths(rows, file.common.maxLength)) /
      secondsPerStep
    )
  }
  return null
}
