// The models in memory. Each is loaded once; loading a model frees the idle ones of the same role,
// so that at most one generator and one embedder stay in memory unless requests use several.
import * as l10n from '@vscode/l10n'
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
import { Scorer } from './scoring/scorer'
import { type Role, SECOND_VARIANTS, USUAL } from './models/graphFiles'
import {
  folderHere,
  type HubAccess,
  type LoadOptions,
  type StoredModel,
  storedModel,
} from './models/modelStore'
import { loadInEitherPrecision } from './models/precision'
import { SharedWork } from '../async/sharedWork'

/** Enough candidates to fill the largest batch while the owner replaces finished prompts. */
const CANDIDATES_IN_FLIGHT = 256

export interface Loaded<M> {
  model: M
  description: LoadedModel
}

interface Model {
  readonly contextLength: number | null
  /** What a user should know once the model is loaded. */
  readonly loadNote?: string | undefined
  dispose(): Promise<unknown>
}

interface Entry<M> {
  loading: SharedWork<Loaded<M>, LoadProgress>
  /** Number of requests that use the model now. */
  users: number
}

export class LoadedModels {
  private readonly generators = new Map<string, Entry<Generator>>()
  private readonly embedders = new Map<string, Entry<Embedder>>()
  private readonly scorers = new Map<string, Entry<Scorer>>()

  constructor(
    private readonly config: EngineConfig & HubAccess,
    private readonly log: Log,
  ) {}

  /** Loads the generator if necessary and runs `body` with it. It stays in memory afterwards. */
  withGenerator<T>(
    request: LocalModelRequest,
    options: LoadOptions,
    body: (loaded: Loaded<Generator>) => Promise<T>,
  ): Promise<T> {
    const load = (stored: StoredModel, device: Device): Promise<Generator> =>
      Generator.load(stored, device, this.config, this.log)
    return this.with(this.generators, 'generator', request, options, load, body)
  }

  withEmbedder<T>(
    request: LocalModelRequest,
    options: LoadOptions,
    body: (loaded: Loaded<Embedder>) => Promise<T>,
  ): Promise<T> {
    const load = (stored: StoredModel, device: Device): Promise<Embedder> =>
      Embedder.load(stored, device, this.config.threads, this.log, request.prompt)
    return this.with(this.embedders, 'embedder', request, options, load, body)
  }

  /** A reward model runs on the CPU, one response at a time. */
  withScorer<T>(
    model: string,
    options: LoadOptions,
    body: (loaded: Loaded<Scorer>) => Promise<T>,
  ): Promise<T> {
    const load = (stored: StoredModel, device: Device): Promise<Scorer> =>
      Scorer.load(stored, device, this.config.threads)
    return this.with(this.scorers, 'scorer', { model, device: 'cpu' }, options, load, body)
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
        if (thrown instanceof FailureError && thrown.failure.code === 'prompt-refused') return null
        throw thrown
      }
    })
  }

  private async with<M extends Model, T>(
    models: Map<string, Entry<M>>,
    role: Role,
    request: LocalModelRequest,
    options: LoadOptions,
    load: (stored: StoredModel, device: Device) => Promise<M>,
    body: (loaded: Loaded<M>) => Promise<T>,
  ): Promise<T> {
    const key = JSON.stringify([request.model, request.device, request.prompt])
    const loading = new SharedWork<Loaded<M>, LoadProgress>(async (shared) => {
      await disposeIdle(models, shared.signal)
      return this.load(role, request, shared, load)
    })
    const entry = models.get(key) ?? { loading, users: 0 }
    models.set(key, entry)
    entry.users++
    try {
      return await body(await entry.loading.wait(options))
    } finally {
      entry.users--
    }
  }

  private async load<M extends Model>(
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
            return { loaded, stored }
          },
        ),
      probe,
      this.log,
    )
    const { loaded, stored } = chosen.loaded
    const reasons = [chosen.reason, describeGraphChoice(stored), loaded.loadNote]
    return {
      model: loaded,
      description: {
        model,
        device: chosen.device,
        variant: stored.variant,
        reason: reasons.filter((reason) => reason !== undefined).join('; '),
        contextLength: loaded.contextLength,
        candidatesInFlight: role === 'generator' ? CANDIDATES_IN_FLIGHT : 0,
      },
    }
  }
}

/** Which graph was taken of several, or of another place or format than usual, and why. */
function describeGraphChoice({ graph, variant, others }: StoredModel): string | undefined {
  if (SECOND_VARIANTS.has(variant)) return undefined
  if (others.length > 0)
    return l10n.t`${graph} was taken, as ${variant} suits this device better than ${others.join(', ')}`
  return USUAL.has(graph) ? undefined : l10n.t`${graph} was taken, as there is no other graph`
}

/**
 * Frees the models that no request uses. Checks each just before, as requests can arrive meanwhile.
 */
async function disposeIdle<M extends Model>(
  models: Map<string, Entry<M>>,
  signal: AbortSignal,
): Promise<void> {
  for (const [key, { users, loading }] of models) {
    // After a cancellation the model to load is idle too; waiting for it here would never end.
    signal.throwIfAborted()
    if (users > 0) continue
    models.delete(key)
    await (await loading.settled())?.model.dispose()
  }
}
