// The engine as the use cases see it, and models named in a curation file as the engine wants them.
import os from 'node:os'
import path from 'node:path'
import type { EngineSide, ModelRequest } from '../shared/engineProtocol'
import type { Peer } from '../shared/rpc'

export type Engine = Pick<Peer<EngineSide>, 'request'>

/** A folder named in a curation file is relative to it; `builtin:NAME` and hub ids pass as they are. */
export function resolveModel(model: string, curationFolder: string): string {
  if (model.startsWith('~/')) return path.join(os.homedir(), model.slice(2))
  if (path.isAbsolute(model)) return model
  return /^\.{1,2}([/\\]|$)/.test(model) ? path.resolve(curationFolder, model) : model
}

/** What a person calls a model: `SmolLM2-135M-Instruct` for `builtin:SmolLM2-135M-Instruct`, the last part of a folder or hub id. */
export const modelName = (model: string): string => model.split(/[/\\:]/).findLast((part) => part !== '') ?? model

/** The embedder is small: the CPU serves it everywhere and leaves the GPU to the generator. */
export const embedderRequest = (model: string, curationFolder: string): ModelRequest => ({ model: resolveModel(model, curationFolder), device: 'cpu' })
