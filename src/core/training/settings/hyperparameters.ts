// The hyper-parameters that every method has, and the parsing of values that a person typed.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { CUT_OFF_CHOICES } from '../../export/rows'
import { defaultCommon } from './defaults'
import type { OwnHyperparameters } from '../methods/method'
import { flag } from '../methods/parameters'
import { type MethodId, methodOf } from '../methods/table'
import { issueSentence } from './issues'
import { nullable } from './nullable'

const whole = z.coerce.number().int()
const real = z.coerce.number()
const OPTIMIZERS = ['adamw', 'adafactor', 'sgd', 'adamw-8bit'] as const
const SCHEDULES = ['linear', 'cosine', 'constant'] as const
const SHARDING = ['none', 'fsdp', 'zero-2', 'zero-3'] as const

/** Whether a path is absolute, here or on the cluster of a job. */
export const isAbsolutePlace = (file: string): boolean => /^(?:[/\\]|[A-Za-z]:[/\\])/.test(file)

/** The hyper-parameter that names a file. */
export const ACCELERATE_CONFIG = 'accelerateConfig'
/** numpy, which the trainer seeds too, takes 32 bits. */
const LARGEST_SEED = 2 ** 32 - 1

/** Strings are accepted too: `--set learningRate=1e-5` needs no second definition. */
export const commonSchema = z.strictObject({
  learningRate: real.gt(0).describe('Peak of the learning rate.'),
  epochs: real.gt(0).describe('Passes over the rows; ignored when maxSteps is given.'),
  maxSteps: nullable(whole.min(1)).describe(
    'Optimiser steps; without a value as many as the epochs give.',
  ),
  batchSize: whole.min(1).describe('Rows of one forward pass.'),
  gradientAccumulation: whole.min(1).describe('Forward passes of one optimiser step.'),
  maxLength: whole.min(8).describe('Tokens of prompt and response together.'),
  lora: flag.describe('Train a LoRA adapter; false trains all weights.'),
  loraRank: whole.min(1).describe('Rank of the adapter.'),
  loraAlpha: whole.min(1).describe('Scale of the adapter.'),
  loraDropout: real.min(0).lt(1).describe('Share of the inputs of the adapter that is left out.'),
  loraTargets: z
    .string()
    .min(1)
    .describe(
      'Modules that get an adapter, such as q_proj,v_proj; all-linear is every linear one but the output.',
    ),
  quantization: z
    .enum(['none', '8bit', '4bit'])
    .describe(
      'Load the base in fewer bits, to train an adapter in less memory; needs bitsandbytes and CUDA.',
    ),
  loggingSteps: whole.min(1).describe('Optimiser steps between two log lines.'),
  saveSteps: whole.min(1).describe('Optimiser steps between two checkpoints.'),
  saveMinutes: real.gt(0).describe('Minutes after which a checkpoint is saved as well.'),
  optimizer: z
    .enum(OPTIMIZERS)
    .describe(
      'adafactor and adamw-8bit keep less state than adamw, sgd none; adamw-8bit needs bitsandbytes and CUDA.',
    ),
  schedule: z
    .enum(SCHEDULES)
    .describe('How the learning rate falls from its peak: in a line, along half a cosine, or not.'),
  warmupRatio: real.min(0).max(1).describe('Share of the steps in which the learning rate rises.'),
  gradientCheckpointing: z
    .enum(['auto', 'on', 'off'])
    .describe(
      'Compute activations again in the backward pass: less memory, slower steps; auto is on with a GPU.',
    ),
  seed: whole.min(0).max(LARGEST_SEED).describe('Seed of shuffling, initialisation and dropout.'),
  heldOut: real
    .min(0)
    .max(0.5)
    .describe('Share of the prompts that are evaluated and not trained on; 0 holds out none.'),
  cutOff: z
    .enum(CUT_OFF_CHOICES)
    .describe('Rows whose chosen response was cut off: leave them out, or train without an end.'),
  processes: whole
    .min(1)
    .describe(
      'Processes that train together, one for each GPU; a step takes batchSize rows in each.',
    ),
  sharding: z
    .enum(SHARDING)
    .default('none')
    .describe(
      'Split a model that one GPU cannot hold over the processes: fsdp and zero-3 split weights, gradients and optimiser, zero-2 the last two; zero-2 and zero-3 need deepspeed.',
    ),
  [ACCELERATE_CONFIG]: nullable(
    z
      .string()
      .min(1)
      .refine(isAbsolutePlace, {
        error: () => l10n.t('accelerateConfig must be an absolute path.'),
      }),
  ).describe(
    'A file that “accelerate config” wrote, for several hosts or other launchers; it says how many processes.',
  ),
  regression: flag.describe(
    'Compare the model with that of the start when the run ends: neutral text, responses, divergence.',
  ),
  reportTo: z
    .enum(['none', 'tensorboard', 'wandb', 'trackio', 'mlflow'])
    .describe('Where the figures go as well; the package must be installed in the interpreter.'),
})
export type CommonHyperparameters = z.infer<typeof commonSchema>

export interface Hyperparameters {
  common: CommonHyperparameters
  own: OwnHyperparameters
}

export type ParsedHyperparameters =
  { success: true; values: Hyperparameters } | { success: false; message: string }

const COMMON_KEYS = Object.keys(commonSchema.shape)

/** Every key of a method with its description: the method's own first. */
export function hyperparameterDescriptions(method: MethodId): ReadonlyMap<string, string> {
  const shape = { ...methodOf(method).own.shape, ...commonSchema.shape }
  return new Map(
    Object.entries(shape).map(([key, schema]) => [key, (schema as z.ZodType).description ?? '']),
  )
}

/**
 * Values by key, common and own ones mixed, as a person types them. A value that is not given has
 * its default, which depends on the number of rows and on the other values.
 * @returns the values, or one sentence that names each wrong key.
 */
export function parseHyperparameters(
  method: MethodId,
  rows: number,
  given: Readonly<Record<string, unknown>>,
): ParsedHyperparameters {
  const entries = Object.entries(given)
  const own = methodOf(method).own.safeParse(
    Object.fromEntries(entries.filter(([key]) => !COMMON_KEYS.includes(key))),
  )
  const givenCommon = commonSchema
    .partial()
    .safeParse(Object.fromEntries(entries.filter(([key]) => COMMON_KEYS.includes(key))))
  if (own.success && givenCommon.success)
    return {
      success: true,
      values: {
        common: defaultCommon(rows, givenCommon.data),
        own: own.data as OwnHyperparameters,
      },
    }
  const known = [...hyperparameterDescriptions(method).keys()]
  return {
    success: false,
    message: [...(givenCommon.error?.issues ?? []), ...(own.error?.issues ?? [])]
      .map((issue) => issueSentence(issue, known))
      .join(' '),
  }
}
