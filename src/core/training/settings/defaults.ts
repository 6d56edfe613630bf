// Default hyper-parameters and the number of steps, as functions of the number of rows.
import { DEFAULT_HELD_OUT, FEWEST_TO_HOLD_OUT } from '../../export/split'
import type { CommonHyperparameters } from './hyperparameters'

/** A run with fewer optimiser steps hardly changes the model. */
const FEWEST_STEPS = 50
const MOST_EPOCHS = 20
/** From this many rows on, more rows go into one optimiser step. */
const MANY_ROWS = 100

const LEARNING_RATE = { lora: 1e-4, allWeights: 5e-6 }

/**
 * The values that are not in `given`. Epochs are as many as give {@link FEWEST_STEPS}, from 1 to
 * {@link MOST_EPOCHS}; they follow from the values given for the others.
 * @param rows of the data set: pairs, or single responses.
 */
export function defaultCommon(
  rows: number,
  given: { [K in keyof CommonHyperparameters]?: CommonHyperparameters[K] | undefined } = {},
): CommonHyperparameters {
  const lora = given.lora ?? true
  const shape = {
    batchSize: given.batchSize ?? 2,
    gradientAccumulation: given.gradientAccumulation ?? (rows < MANY_ROWS ? 1 : 4),
    heldOut: given.heldOut ?? DEFAULT_HELD_OUT,
    processes: given.processes ?? 1,
  }
  const epochs = Math.ceil(FEWEST_STEPS / stepsPerEpoch(rows, shape))
  return {
    ...shape,
    lora,
    learningRate: given.learningRate ?? (lora ? LEARNING_RATE.lora : LEARNING_RATE.allWeights),
    epochs: given.epochs ?? Math.min(MOST_EPOCHS, Math.max(1, epochs)),
    maxSteps: given.maxSteps ?? null,
    maxLength: given.maxLength ?? 1024,
    loraRank: given.loraRank ?? 16,
    loraAlpha: given.loraAlpha ?? 32,
    loggingSteps: given.loggingSteps ?? 1,
    saveSteps: given.saveSteps ?? 50,
    saveMinutes: given.saveMinutes ?? 5,
    optimizer: given.optimizer ?? 'adamw',
    schedule: given.schedule ?? 'linear',
    warmupRatio: given.warmupRatio ?? 0.1,
    gradientCheckpointing: given.gradientCheckpointing ?? 'auto',
    loraDropout: given.loraDropout ?? 0,
    loraTargets: given.loraTargets ?? 'all-linear',
    quantization: given.quantization ?? 'none',
    seed: given.seed ?? 42,
    cutOff: given.cutOff ?? 'leave-out',
    sharding: given.sharding ?? 'none',
    accelerateConfig: given.accelerateConfig ?? null,
    regression: given.regression ?? true,
    reportTo: given.reportTo ?? 'none',
  }
}

type StepSettings = Pick<
  CommonHyperparameters,
  'batchSize' | 'gradientAccumulation' | 'heldOut' | 'processes'
>

/**
 * Optimiser steps of a run on this many rows, if each is of a prompt of its own and none is too
 * long. The runner’s inspection knows the exact number.
 */
export function plannedSteps(
  rows: number,
  common: StepSettings & Pick<CommonHyperparameters, 'epochs' | 'maxSteps'>,
): number {
  return common.maxSteps ?? Math.ceil(common.epochs * stepsPerEpoch(rows, common))
}

/** As the trainer counts them. */
function stepsPerEpoch(
  rows: number,
  { batchSize, gradientAccumulation, heldOut, processes }: StepSettings,
): number {
  const held =
    heldOut > 0 && rows >= FEWEST_TO_HOLD_OUT ? Math.max(1, Math.round(heldOut * rows)) : 0
  const batches = Math.ceil((rows - held) / batchSize / processes)
  return Math.max(1, Math.ceil(batches / gradientAccumulation))
}
