// The engine's side of the protocol: each request with the part that answers it.
import { env, LogLevel } from '@huggingface/transformers'
import { selectCandidates } from '../core/aepo/select'
import type { EngineConfig, EngineSide, LoadedModel } from '../shared/engineProtocol'
import { fail } from '../shared/errors'
import type { RequestHandlers } from '../shared/rpc'
import { supportedDevices } from './devices/backends'
import type { Log } from './log'
import { LoadedModels } from './models/loadedModels'

export class EngineService {
  #models: LoadedModels | undefined

  constructor(private readonly log: Log) {
    env.allowRemoteModels = false
    env.useFSCache = false
    env.logLevel = LogLevel.ERROR
  }

  readonly handlers: RequestHandlers<EngineSide['requests']> = {
    configure: (config: EngineConfig) => {
      this.#models = new LoadedModels(config, this.log)
      return { pid: process.pid, backends: supportedDevices() }
    },
    load: async ({ role, ...request }, context) => {
      const options = { signal: context.signal, onProgress: context.progress }
      const describe = ({ description }: { description: LoadedModel }): Promise<LoadedModel> => Promise.resolve(description)
      return role === 'generator' ? this.#loaded.withGenerator(request, options, describe) : this.#loaded.withEmbedder(request, options, describe)
    },
    sample: (params, { signal, progress }) =>
      this.#loaded.withGenerator(params.generator, { signal, onProgress: progress }, async ({ model, description }) => {
        await model.sample(params, signal, progress)
        return description
      }),
    embed: ({ embedder, texts }, { signal, progress }) =>
      this.#loaded.withEmbedder(embedder, { signal, onProgress: progress }, ({ model }) =>
        model.embed(texts, { signal, onProgress: (done, total) => progress({ kind: 'embedded', done, total }) }),
      ),
    select: selectCandidates,
  }

  get #loaded(): LoadedModels {
    if (!this.#models) throw fail('internal', 'The engine was asked before it was configured.')
    return this.#models
  }
}
