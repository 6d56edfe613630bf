// The models on servers: each is identified once, and what was learned about its server is kept.
import * as l10n from '@vscode/l10n'
import type { LoadProgress, ServerModelRequest } from '../../shared/engineProtocol'
import { failureError } from '../../shared/errors'
import type { Log } from '../log'
import { SharedWork } from '../../async/sharedWork'
import type { LoadOptions } from '../models/modelStore'
import { Connection, type ConnectionOptions } from './connection'
import { identify, listModels } from './identity'
import { ServerRefusal, refusalFailure } from './refusal'
import { ServerEmbedder } from './serverEmbedder'
import { ServerGenerator } from './serverGenerator'
import { ServerJudge } from './serverJudge'

/** Concurrency of requests that do not belong to a model. */
const LISTING_CONCURRENCY = 4

export interface ServersOptions {
  /** The key for an origin; null if there is none. */
  keyOf: (origin: string) => Promise<string | null>
  log: Log
  /** Replaced by tests: clock, random numbers and limits of connections. */
  connection?: Pick<ConnectionOptions, 'clock' | 'limits'>
}

export interface IdentifyOptions extends LoadOptions {
  /** Identify the server again: it may have restarted with another model. */
  refresh: boolean
}

export class Servers {
  private readonly generators = new Map<string, SharedWork<ServerGenerator, LoadProgress>>()
  private readonly embedders = new Map<string, SharedWork<ServerEmbedder, LoadProgress>>()
  private readonly judges = new Map<string, SharedWork<ServerJudge, LoadProgress>>()

  constructor(private readonly options: ServersOptions) {}

  /** @throws FailureError `server-unreachable`, `server-refused`, `cancelled`. */
  generator(request: ServerModelRequest, options: IdentifyOptions): Promise<ServerGenerator> {
    return cached(this.generators, request, options, async (signal) => {
      const connection = this.connect(request.server, request.concurrency)
      return new ServerGenerator(
        connection,
        request,
        await identified(connection, request.model, signal),
        this.options.log,
      )
    })
  }

  /** Throws as {@link generator}. */
  embedder(request: ServerModelRequest, options: IdentifyOptions): Promise<ServerEmbedder> {
    return cached(this.embedders, request, options, async (signal) => {
      const connection = this.connect(request.server, request.concurrency)
      return new ServerEmbedder(
        connection,
        request,
        await identified(connection, request.model, signal),
        this.options.log,
      )
    })
  }

  /** Throws nothing by itself: a judge needs to know nothing of its server. */
  judge(request: ServerModelRequest, options: LoadOptions): Promise<ServerJudge> {
    return cached(this.judges, request, { ...options, refresh: false }, () =>
      Promise.resolve(
        new ServerJudge(
          this.connect(request.server, request.concurrency),
          request,
          this.options.log,
        ),
      ),
    )
  }

  /**
   * Names of the models of a server.
   * @throws FailureError; `server-refused` for a server that does not list them.
   */
  async models(server: string, signal: AbortSignal): Promise<string[]> {
    const connection = this.connect(server, LISTING_CONCURRENCY)
    const models = await withFailures(connection, '', () => listModels(connection, signal))
    if (!models)
      throw failureError('server-refused', l10n.t('The server does not list its models.'), {
        where: server,
        remedy: l10n.t('Check the address; it usually ends in /v1.'),
      })
    return models
  }

  private connect(server: string, concurrency: number): Connection {
    return new Connection(server, {
      concurrency,
      keyOf: this.options.keyOf,
      log: this.options.log,
      ...this.options.connection,
    })
  }
}

const identified = (
  connection: Connection,
  model: string,
  signal: AbortSignal,
): ReturnType<typeof identify> =>
  withFailures(connection, model, () => identify(connection, model, signal))

/** Turns a refusal into the failure that the user sees. */
async function withFailures<T>(
  connection: Connection,
  model: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw thrown instanceof ServerRefusal
      ? refusalFailure(thrown, {
          address: connection.address,
          model,
          path: '/models',
          models: null,
        })
      : thrown
  }
}

function cached<T>(
  map: Map<string, SharedWork<T, LoadProgress>>,
  request: ServerModelRequest,
  options: IdentifyOptions,
  make: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { server, model, concurrency, omit, prompt } = request
  const key = JSON.stringify([server, model, concurrency, omit, prompt])
  const load =
    (options.refresh ? undefined : map.get(key)) ??
    new SharedWork<T, LoadProgress>(({ signal }) => make(signal))
  map.set(key, load)
  return load.wait(options)
}
