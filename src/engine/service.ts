// The request handlers of the engine process.
import * as l10n from '@vscode/l10n'
import os from 'node:os'
import { env, LogLevel } from '@huggingface/transformers'
import { featureSpace } from '../core/selection/features/features'
import { HeldLabels } from '../core/selection/heldLabels'
import { selectCandidates } from '../core/selection/selectCandidates'
import type {
  EngineConfig,
  EngineSide,
  LoadedModel,
  ModelRequest,
  SampleParams,
  SampleProgress,
  ServerModelRequest,
  TextSoFar,
} from '../shared/engineProtocol'
import { failureError } from '../shared/errors'
import type { CallContext, RequestHandlers } from '../shared/rpc'
import { supportedDevices } from './devices/backends'
import type { Log } from './log'
import { LoadedModels } from './loadedModels'
import { Servers } from './servers/servers'

const BACKGROUND = os.constants.priority.PRIORITY_BELOW_NORMAL

export class EngineService {
  private models: LoadedModels | undefined
  private readonly servers: Servers
  private readonly labels = new HeldLabels()

  /** @param keyOf asks the owner for the key of a server's origin. */
  constructor(
    private readonly log: Log,
    private readonly keyOf: (origin: string) => Promise<string | null>,
  ) {
    this.servers = new Servers({ keyOf, log })
    env.allowRemoteModels = false
    env.useFSCache = false
    env.logLevel = LogLevel.ERROR
  }

  readonly handlers: RequestHandlers<EngineSide['requests']> = {
    configure: (config: EngineConfig) => {
      const hubToken = (): Promise<string | null> => this.keyOf(new URL(config.hub).origin)
      this.models = new LoadedModels({ ...config, hubToken }, this.log)
      // before any thread starts, because threads inherit the priority
      if (config.background && os.getPriority() < BACKGROUND) os.setPriority(BACKGROUND)
      return { pid: process.pid, backends: supportedDevices() }
    },
    load: async ({ role, ...request }, { signal, progress }) => {
      const options = { signal, onProgress: progress }
      if (isServerModel(request))
        return (await this.servers[role](request, { ...options, refresh: true })).description
      const describe = ({ description }: { description: LoadedModel }): Promise<LoadedModel> =>
        Promise.resolve(description)
      return role === 'generator'
        ? this.loaded.withGenerator(request, options, describe)
        : this.loaded.withEmbedder(request, options, describe)
    },
    sample: (params, context) => this.sample(params, context),
    stream: (params, context) => this.sample(params, context, context.progress),
    embed: async ({ embedder, texts }, { signal, progress }) => {
      const load = { signal, onProgress: progress }
      const options = {
        signal,
        onProgress: (done: number, total: number) => progress({ kind: 'embedded', done, total }),
      }
      if (isServerModel(embedder))
        return (await this.servers.embedder(embedder, { ...load, refresh: false })).embed(
          texts,
          options,
        )
      return this.loaded.withEmbedder(embedder, load, ({ model }) => {
        const note = model.takeNote()
        // the embedded model is one whose vectors are means
        if (note !== undefined && !embedder.model.startsWith('builtin:'))
          progress({ kind: 'notice', sentence: l10n.t`Embedder ${embedder.model}: ${note}.` })
        return model.embed(texts, options)
      })
    },
    judge: async (params, { signal, progress }) => {
      const options = { signal, onProgress: progress }
      const { judge } = params
      if (isServerModel(judge))
        return (await this.servers.judge(judge, options)).judge(params, signal, progress)
      return this.loaded.withGenerator(judge, options, ({ model }) => model.judge(params, signal))
    },
    score: ({ model, responses }, { signal, progress }) =>
      this.loaded.withScorer(model, { signal, onProgress: progress }, (loaded) =>
        loaded.model.score(responses, signal),
      ),
    serverModels: ({ server }, { signal }) => this.servers.models(server, signal),
    holdLabels: (params) => this.labels.hold(params),
    select: (params) => selectCandidates(params, this.labels),
    features: ({ groups, dim }) => featureSpace(groups, dim),
    promptTokens: (params) => this.loaded.promptTokens(params),
  }

  private async sample(
    params: SampleParams,
    { signal, progress }: CallContext<SampleProgress>,
    onText?: (text: TextSoFar) => void,
  ): Promise<LoadedModel> {
    const options = { signal, onProgress: progress }
    if (isServerModel(params.generator)) {
      const generator = await this.servers.generator(params.generator, {
        ...options,
        refresh: false,
      })
      await generator.sample(params, signal, progress, onText)
      return generator.description
    }
    return this.loaded.withGenerator(params.generator, options, async ({ model, description }) => {
      await model.sample(params, signal, progress, onText)
      return description
    })
  }

  private get loaded(): LoadedModels {
    if (!this.models)
      throw failureError(
        'internal',
        l10n.t('The engine received a request before it was configured.'),
      )
    return this.models
  }
}

const isServerModel = (request: ModelRequest): request is ServerModelRequest => 'server' in request
