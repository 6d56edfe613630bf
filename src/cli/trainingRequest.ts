// The options of the commands that prepare a training run, as a request for one.
import * as l10n from '@vscode/l10n'
import {
  type Hyperparameters,
  parseHyperparameters,
} from '../core/training/settings/hyperparameters'
import { SELF_ANNOTATE } from '../core/training/methods/sgpo'
import { METHOD_IDS, type MethodId } from '../core/training/methods/table'
import type { Curation } from '../curation/curation'
import { givenInterpreter, givenModel } from '../processes/givenPaths'
import { buildPython } from '../processes/pythonEnvironment'
import type { Runner } from '../processes/pythonRunner'
import { buildTrainableModel, isEmbeddedModel } from '../processes/trainableModel'
import { withAccelerateFile } from '../training/accelerateFile'
import {
  type PreparedRun,
  type PrepareOptions,
  prepareRun,
  type RunRequest,
} from '../training/prepareRun'
import { listRuns } from '../training/listRuns'
import { requireRows } from '../training/rows'
import { usualModel } from '../training/usualModel'
import type { Context } from './command'
import { ANNOTATORS_OPTION, annotatorsIn, given, ROUNDS_OPTION, roundsIn } from './curation'
import type { Output } from './output'
import { UsageError } from './usageError'

const METHODS = METHOD_IDS.join(', ')

export const TRAINING_OPTIONS = {
  model: {
    type: 'text',
    value: 'M',
    does: l10n.t(
      'the model to train: builtin:SmolLM2-135M-Instruct, a folder, or a hub id; by default that of the last run, else the first of these',
    ),
  },
  method: { type: 'text', value: 'dpo', does: l10n.t`training method: ${METHODS}` },
  set: {
    type: 'texts',
    value: 'KEY=VALUE',
    does: l10n.t('set a hyper-parameter; can be repeated'),
  },
  ...ROUNDS_OPTION,
  ...ANNOTATORS_OPTION,
  python: {
    type: 'text',
    value: 'PATH',
    does: l10n.t('a Python interpreter with TRL; by default uv builds an environment'),
  },
} as const

interface RequestValues {
  model?: string
  method?: string
  set?: string[]
  rounds?: string
  annotators?: string
}

/**
 * Wrong use is reported before a problem of the data set. A model that was not named is printed.
 * @throws UsageError for an unknown method, round or hyper-parameter; FailureError where the data
 *   set has too few rows.
 */
export async function trainingRequest(
  curation: Curation,
  values: RequestValues,
  output: Output,
): Promise<RunRequest> {
  const method = methodNamed(values.method ?? 'dpo')
  const set = withAccelerateFile(assignments(values.set ?? []), process.cwd())
  const parsed = parsedOrThrow(parseHyperparameters(method, 0, set))
  const rounds = roundsIn(curation, values.rounds)
  const annotators = annotatorsIn(curation, values.annotators)
  const asked = {
    selfAnnotate: parsed.own[SELF_ANNOTATE] === true,
    cutOff: parsed.common.cutOff,
  }
  const count = requireRows(curation, { method, rounds, annotators, ...asked })
  const hyperparameters = parsedOrThrow(parseHyperparameters(method, count, set))
  return {
    method,
    model: values.model ?? (await usualModelOf(curation, output)),
    ...given('rounds', rounds),
    ...given('annotators', annotators),
    ...hyperparameters,
  }
}

async function usualModelOf({ paths }: Curation, output: Output): Promise<string> {
  const { runs } = await listRuns(paths.runs)
  const model = usualModel(runs.at(-1)?.file.model)
  output.message(l10n.t`Model: ${model}.`)
  return model
}

function parsedOrThrow(parsed: ReturnType<typeof parseHyperparameters>): Hyperparameters {
  if (!parsed.success) throw new UsageError(`--set: ${parsed.message}`)
  return parsed.values
}

/** Prepares a run with the given interpreter and model; builds them where they are missing. */
export async function prepare(
  curation: Curation,
  request: RunRequest,
  {
    python,
    ...how
  }: Pick<PrepareOptions, 'tokens' | 'isElsewhere'> & {
    python: string | undefined
  },
  context: Context,
): Promise<PreparedRun> {
  const { environment, output } = context
  const isEmbedded = isEmbeddedModel(request.model)
  const runner = await runnerOf(python, context)
  const model = isEmbedded
    ? await buildTrainableModel({ ...buildOptions(context), python: runner.python })
    : givenModel(request.model, process.cwd())
  return prepareRun(
    curation,
    { ...request, model },
    {
      runner,
      engine: () => environment.engine(output, curation),
      signal: environment.signal,
      now: new Date(),
      ...how,
    },
  )
}

/** The interpreter named by the option or a variable, else that of an environment built for it. */
export async function runnerOf(option: string | undefined, context: Context): Promise<Runner> {
  const given = option ?? process.env['AEPO_PYTHON']
  const python = given
    ? givenInterpreter(given, process.cwd())
    : await buildPython(buildOptions(context))
  const { trainingFolder, cache } = context.environment
  return { python, trainingFolder, cache }
}

export const buildOptions = ({
  environment,
  output,
}: Context): Parameters<typeof buildPython>[0] => ({
  trainingFolder: environment.trainingFolder,
  cache: environment.cache,
  signal: environment.signal,
  onLine: (line) => output.message(line),
})

function methodNamed(name: string): MethodId {
  const method = METHOD_IDS.find((id) => id === name)
  if (!method)
    throw new UsageError(l10n.t`There is no method “${name}”; the methods are: ${METHODS}.`)
  return method
}

/** `KEY=VALUE` pairs by key; the last one of a key counts. */
function assignments(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(pair) ?? []
      if (key === undefined || value === undefined)
        throw new UsageError(l10n.t`--set takes KEY=VALUE, not “${pair}”.`)
      return [key, value]
    }),
  )
}
