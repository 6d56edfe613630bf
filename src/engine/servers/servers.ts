// The servers talked to: each model of each is looked at once, and what was learned about it is
// kept.
import type { LoadProgress, ServerModelRequest } from '../../shared/engineProtocol'
import { failureError } from '../../shared/errors'
import type { Log } from '../log'
import { SharedWork } from '../../async/sharedWork'
import type { LoadOptions } from '../models/modelStore'
import { Connection, type ConnectionOptions } from './connection'
import { identify, listModels } from './identity'
import { Refusal, refused } from './refusal'
import { ServerEmbedder } from './serverEmbedder'
import { ServerGenerator } from './serverGenerator'

/** For questions that are not about a model. */
const FEW = 4

export interface ServersOptions {
  /** The key for an origin; null when there is none. */
  keyOf: (origin: string) => Promise<string | null>
  log: Log
  /** For tests: time, chance and limits of connections. */
  connection?: Pick<ConnectionOptions, 'clock' | 'limits'>
}

export interface LookOptions extends LoadOptions {
  /** Look at the server again, as it may have been started with another model. */
  anew: boolean
}

export class Servers {
  private readonly generators = new Map<string, SharedWork<ServerGenerator, LoadProgress>>()
  private readonly embedders = new Map<string, SharedWork<ServerEmbedder, LoadProgress>>()

  constructor(private readonly options: ServersOptions) {}

  /** @throws FailureError `server-unreachable`, `server-refused`, `cancelled`. */
  generator(request: ServerModelRequest, options: LookOptions): Promise<ServerGenerator> {
    return kept(this.generators, request, options, async (signal) => {
      const connection = this.connect(request.server, request.concurrency)
      return new ServerGenerator(
        connection,
        request.model,
        request.concurrency,
        await identified(connection, request.model, signal),
        this.options.log,
      )
    })
  }

  embedder(request: ServerModelRequest, options: LookOptions): Promise<ServerEmbedder> {
    return kept(this.embedders, request, options, async (signal) => {
      const connection = this.connect(request.server, request.concurrency)
      return new ServerEmbedder(
        connection,
        request.model,
        await identified(connection, request.model, signal),
      )
    })
  }

  /**
   * Names of the models that a server has. @throws FailureError, also for a server that does not
   * list them.
   */
  async models(server: string, signal: AbortSignal): Promise<string[]> {
    const connection = this.connect(server, FEW)
    const models = await explained(connection, '', () => listModels(connection, signal))
    if (!models)
      throw failureError('server-refused', 'The server does not list its models.', {
        where: server,
        remedy: 'Check the address; it usually ends in /v1.',
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
  explained(connection, model, () => identify(connection, model, signal))

async function explained<T>(
  connection: Connection,
  model: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw thrown instanceof Refusal
      ? refused(thrown, { address: connection.address, model, path: '/models', models: null })
      : thrown
  }
}

function kept<T>(
  map: Map<string, SharedWork<T, LoadProgress>>,
  request: ServerModelRequest,
  options: LookOptions,
  make: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const key = JSON.stringify([request.server, request.model, request.concurrency])
  const load =
    (options.anew ? undefined : map.get(key)) ??
    new SharedWork<T, LoadProgress>(({ signal }) => make(signal))
  map.set(key, load)
  return load.wait(options)
}
