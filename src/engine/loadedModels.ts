// The models in memory: each loaded once, one generator and one embedder at a time unless an older
// one is still at work.
import type { Device } from '../shared/domain'
import type {
  EngineConfig,
  LoadedModel,
  LoadProgress,
  LocalModelRequest,
  PromptTokensParams,
} from '../shared/engineProtocol'
import { FailureError } from '../shared/errors'
import { loadOnDevice } from './devices/choose'
import { supportedDevices } from './devices/backends'
import { millisecondsOn } from './devices/speed'
import { Embedder } from './embedding/embedder'
import { Chat } from './generation/chat'
import { Generator } from './generation/generator'
import type { Log } from './log'
import type { Role } from './models/modelFiles'
import { folderHere, type LoadOptions, type StoredModel, storedModel } from './models/modelStore'
import { loadInEitherPrecision } from './models/precision'
import { SharedWork } from '../async/sharedWork'

/**
 * Candidates asked for at once: enough to fill the largest batch while finished prompts are
 * replaced.
 */
const CANDIDATES_IN_FLIGHT = 256

export interface Loaded<M> {
  model: M
  description: LoadedModel
}

interface Model {
  readonly contextLength: number | null
  dispose(): Promise<unknown>
}

interface Use<M> {
  loading: SharedWork<Loaded<M>, LoadProgress>
  /** Calls that work with it now. */
  users: number
}

export class LoadedModels {
  readonly #generators = new Map<string, Use<Generator>>()
  readonly #embedders = new Map<string, Use<Embedder>>()

  constructor(
    private readonly config: EngineConfig,
    private readonly log: Log,
  ) {}

  /**
   * Loads the generator if need be and runs `body` with it; it stays in memory for the next call.
   */
  withGenerator<T>(
    request: LocalModelRequest,
    options: LoadOptions,
    body: (loaded: Loaded<Generator>) => Promise<T>,
  ): Promise<T> {
    const load = (stored: StoredModel, device: Device): Promise<Generator> =>
      Generator.load(stored, device, this.config, this.log)
    return this.#with(this.#generators, 'generator', request, options, load, body)
  }

  withEmbedder<T>(
    request: LocalModelRequest,
    options: LoadOptions,
    body: (loaded: Loaded<Embedder>) => Promise<T>,
  ): Promise<T> {
    const load = (stored: StoredModel, device: Device): Promise<Embedder> =>
      Embedder.load(stored, device, this.config.threads)
    return this.#with(this.#embedders, 'embedder', request, options, load, body)
  }

  /** Loads the tokenizer alone. See `promptTokens` in the engine's protocol. */
  async promptTokens({ model, prompts }: PromptTokensParams): Promise<(number[] | null)[] | null> {
    const folder = await folderHere(this.config, model)
    if (folder === null) return null
    const chat = await Chat.load(folder)
    return prompts.map(({ messages, template }) => {
      try {
        return chat.promptTokens(messages, template)
      } catch (thrown) {
        if (thrown instanceof FailureError && thrown.failure.code === 'bad-input') return null
        throw thrown
      }
    })
  }

  async #with<M extends Model, T>(
    models: Map<string, Use<M>>,
    role: Role,
    request: LocalModelRequest,
    options: LoadOptions,
    load: (stored: StoredModel, device: Device) => Promise<M>,
    body: (loaded: Loaded<M>) => Promise<T>,
  ): Promise<T> {
    const key = JSON.stringify([request.model, request.device])
    const loading = new SharedWork<Loaded<M>, LoadProgress>(async (shared) => {
      await disposeIdle(models, shared.signal)
      return this.#load(role, request, shared, load)
    })
    const use = models.get(key) ?? { loading, users: 0 }
    models.set(key, use)
    use.users++
    try {
      return await body(await use.loading.wait(options))
    } finally {
      use.users--
    }
  }

  async #load<M extends Model>(
    role: Role,
    { model, device }: LocalModelRequest,
    options: LoadOptions,
    load: (stored: StoredModel, device: Device) => Promise<M>,
  ): Promise<Loaded<M>> {
    const probe = { supported: supportedDevices, millisecondsOn }
    const chosen = await loadOnDevice(
      device,
      (candidate) =>
        loadInEitherPrecision(
          (precision) => storedModel(this.config, model, role, candidate, options, precision),
          async (stored) => {
            options.onProgress({ kind: 'loading' })
            const started = performance.now()
            const loaded = await load(stored, candidate)
            this.log(
              'info',
              `Loaded ${model} (${stored.variant}) on ${candidate} in ${Math.round(performance.now() - started)} ms.`,
            )
            return { loaded, variant: stored.variant }
          },
        ),
      probe,
      this.log,
    )
    const { loaded, variant } = chosen.loaded
    return {
      model: loaded,
      description: {
        model,
        device: chosen.device,
        variant,
        reason: chosen.reason,
        contextLength: loaded.contextLength,
        candidatesInFlight: role === 'generator' ? CANDIDATES_IN_FLIGHT : 0,
      },
    }
  }
}

/** Frees what no call works with; looks each time anew, for calls may come while one is freed. */
async function disposeIdle<M extends Model>(
  models: Map<string, Use<M>>,
  signal: AbortSignal,
): Promise<void> {
  for (const [key, use] of models) {
    signal.throwIfAborted() // what asks for this may be idle itself by now
    if (use.users > 0) continue
    models.delete(key)
    await (await use.loading.settled())?.model.dispose()
  }
}
