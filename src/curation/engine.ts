// The engine as the use cases see it, and the requests for the models that a curation file names.
import * as l10n from '@vscode/l10n'
import os from 'node:os'
import path from 'node:path'
import type { CurationFile } from '../core/formats/curationFile'
import { generatorsOf, type ModelChoice, runOfModel } from '../core/formats/modelSettings'
import { isFolder } from '../processes/givenPaths'
import type { EngineSide, LoadedModel, ModelRequest } from '../shared/engineProtocol'
import type { Peer } from '../shared/rpc'
import type { CurationPaths } from '../store/curationPaths'

export type Engine = Pick<Peer<EngineSide>, 'request'>

/** Where the models of a curation lie. */
export type ModelPlaces = Pick<CurationPaths, 'base' | 'runs'>

/** Name of the folder, in that of a run, that holds its model as the engine loads it. */
const BUILT_MODEL = 'generator'

/** The folder of a run's model as the engine loads it, whether it exists or not. */
export const builtModel = (runFolder: string): string => path.join(runFolder, BUILT_MODEL)

/**
 * A folder in a curation file is relative to it; `builtin:NAME` and hub ids stay as they are. A
 * name such as `models/x` is that folder if it is beside the curation file, else a hub id. `run:ID`
 * is the built model of a training run.
 */
export function resolveModel(model: string, { base, runs }: ModelPlaces): string {
  const run = runOfModel(model)
  if (run !== undefined) return builtModel(path.join(runs, run))
  if (model.startsWith('~/')) return path.join(os.homedir(), model.slice(2))
  if (path.isAbsolute(model)) return model
  const folder = path.resolve(base, model)
  return /^\.{1,2}([/\\]|$)/.test(model) || isFolder(folder) ? folder : model
}

/**
 * What a person calls a model: `SmolLM2-135M-Instruct` for `builtin:SmolLM2-135M-Instruct`, the
 * last part of a folder or hub id.
 */
export const modelName = (model: string): string =>
  model.split(/[/\\:]/).findLast((part) => part !== '') ?? model

/** The names of a curation's generators, as a person knows them, separated by commas. */
export const generatorNames = (settings: Pick<CurationFile, 'generator'>): string =>
  generatorsOf(settings)
    .map(({ model }) => modelName(model))
    .join(', ')

/**
 * "SmolLM2-135M-Instruct on cpu: no usable GPU was found", or "Qwen3-8B at
 * http://host:8000/v1 (vLLM 0.21.0)".
 */
export function describeLoaded({ model, device, reason, server }: LoadedModel): string {
  const name = modelName(model)
  if (server)
    return server.software === null
      ? l10n.t`${name} at ${server.address}`
      : l10n.t`${name} at ${server.address} (${server.software})`
  return reason ? l10n.t`${name} on ${device}: ${reason}` : l10n.t`${name} on ${device}`
}

export function generatorRequest(choice: ModelChoice, places: ModelPlaces): ModelRequest {
  const { template, reasoning } = choice
  const options = {
    ...(template === undefined ? {} : { template }),
    ...(reasoning === undefined ? {} : { reasoning }),
  }
  if (choice.server !== undefined) return { ...serverRequest(choice), ...options }
  return { model: resolveModel(choice.model, places), device: choice.device, ...options }
}

/** A local embedder is small: it runs on the CPU and leaves the GPU to the generator. */
export function embedderRequest(
  embedder: CurationFile['embedder'],
  places: ModelPlaces,
): ModelRequest {
  const prompt = embedder.prompt === undefined ? {} : { prompt: embedder.prompt }
  return embedder.server === undefined
    ? { model: resolveModel(embedder.model, places), device: 'cpu', ...prompt }
    : { ...serverRequest(embedder), ...prompt }
}

/** The name of the embedder that vectors are stored with; vectors of two names are not mixed. */
export function embedderName({ model, server, prompt }: CurationFile['embedder']): string {
  const name = server === undefined ? model : `${model} at ${server}`
  return prompt === undefined ? name : `${name} after ${JSON.stringify(prompt)}`
}

const serverRequest = ({
  server,
  model,
  concurrency,
  omit,
}: Extract<CurationFile['embedder'], { server: string }>): ModelRequest => ({
  server,
  model,
  concurrency,
  ...(omit === undefined ? {} : { omit }),
})
