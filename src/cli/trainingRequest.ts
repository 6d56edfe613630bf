// The options of the calls that train, as a request for a run.
import type { Runner } from '../processes/pythonRunner'
import { buildPython } from '../processes/pythonEnvironment'
import { givenInterpreter, givenModel } from '../processes/givenPaths'
import { buildTrainableModel, isEmbeddedModel } from '../processes/trainableModel'
import { parseHyperparameters } from '../core/training/hyperparameters'
import { METHOD_IDS, type MethodId } from '../core/training/methods/table'
import type { Curation } from '../curation/curation'
import { type PreparedRun, prepareRun, type RunRequest } from '../training/prepareRun'
import { UsageError } from './arguments'
import type { Environment } from './environment'
import type { Output } from './output'

export interface TrainingValues {
  method?: string
  model?: string
  python?: string
  set?: string[]
}

/** @throws UsageError for a missing model, an unknown method or a wrong hyper-parameter. */
export function trainingRequest(values: TrainingValues, pairs: number): RunRequest {
  if (values.model === undefined) throw new UsageError('--model is missing.')
  const method = methodNamed(values.method ?? 'dpo')
  const parsed = parseHyperparameters(method, pairs, assignments(values.set ?? []))
  if (!parsed.success) throw new UsageError(`--set: ${parsed.message}`)
  return { method, model: values.model, ...parsed.values }
}

/** Prepares a run with the interpreter and the model that were given, built where they must be. */
export async function prepare(
  curation: Curation,
  request: RunRequest,
  { python, tokens }: { python: string | undefined; tokens?: number },
  environment: Environment,
  output: Output,
): Promise<PreparedRun> {
  const isEmbedded = isEmbeddedModel(request.model)
  const runner = await runnerOf(python, environment, output)
  const model = isEmbedded
    ? await buildTrainableModel({ ...buildOptions(environment, output), python: runner.python })
    : givenModel(request.model, process.cwd())
  return prepareRun(
    curation,
    { ...request, model },
    {
      runner,
      engine: () => environment.engine(output, curation),
      signal: environment.signal,
      now: new Date(),
      ...(tokens === undefined ? {} : { tokens }),
    },
  )
}

/** The interpreter named by an option or a variable, else that of the environment built for it. */
export async function runnerOf(
  option: string | undefined,
  environment: Environment,
  output: Output,
): Promise<Runner> {
  const given = option ?? process.env['AEPO_PYTHON']
  const python = given
    ? givenInterpreter(given, process.cwd())
    : await buildPython(buildOptions(environment, output))
  return { python, trainingFolder: environment.trainingFolder }
}

const buildOptions = (
  { trainingFolder, cache, signal }: Environment,
  output: Output,
): Parameters<typeof buildPython>[0] => ({
  trainingFolder,
  cache,
  signal,
  onLine: (line) => output.message(line),
})

function methodNamed(name: string): MethodId {
  const method = METHOD_IDS.find((id) => id === name)
  if (!method)
    throw new UsageError(`There is no method “${name}”; there is: ${METHOD_IDS.join(', ')}.`)
  return method
}

function assignments(given: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {}
  for (const assignment of given) {
    const [, key, value] = /^([^=]+)=(.*)$/.exec(assignment) ?? []
    if (key === undefined || value === undefined)
      throw new UsageError(`--set takes key=value, not “${assignment}”.`)
    values[key] = value
  }
  return values
}
