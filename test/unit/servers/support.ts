// Clients of servers as the tests have them: time passes at once, waits are written down,
// embeddings and selections come from a fake.
import { Servers } from '../../../src/engine/servers/servers'
import type { Clock } from '../../../src/engine/servers/clock'
import type { Limits } from '../../../src/engine/servers/connection'
import type { Engine } from '../../../src/curation/engine'
import type { TemplateOptions } from '../../../src/shared/domain'
import type {
  EngineSide,
  LoadedModel,
  SampledCandidate,
  SampleParams,
  SampleProgress,
  ServerModelRequest,
} from '../../../src/shared/engineProtocol'
import { type Failure, toFailure } from '../../../src/shared/errors'
import type { CallOptions } from '../../../src/shared/rpc'
import { FakeEngine } from '../curation/support/fakeEngine'

export const never = new AbortController().signal

/** 1970; waits end at once unless they are held. */
class TestClock implements Clock {
  readonly waits: number[] = []
  held = false

  now(): number {
    return 0
  }

  random(): number {
    return 1
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    this.waits.push(milliseconds)
    if (!this.held) return Promise.resolve()
    return new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
    )
  }
}

export interface Client {
  servers: Servers
  clock: TestClock
  log: string[]
  /** Origins that a key was asked for. */
  keysAsked: string[]
}

export function client({
  keys = {},
  limits = {},
}: { keys?: Record<string, string>; limits?: Partial<Limits> } = {}): Client {
  const clock = new TestClock()
  const log: string[] = []
  const keysAsked: string[] = []
  const keyOf = (origin: string): Promise<string | null> => {
    keysAsked.push(origin)
    return Promise.resolve(keys[origin] ?? null)
  }
  return {
    servers: new Servers({
      keyOf,
      log: (_, message) => log.push(message),
      connection: { clock, limits },
    }),
    clock,
    log,
    keysAsked,
  }
}

const OFF: SampleParams['sampling'] = {
  temperature: 1,
  topP: 0.9,
  topK: 0,
  minP: 0,
  repetitionPenalty: 1,
  maxNewTokens: 64,
}

export interface Asked {
  prompt?: string
  candidates: SampleParams['candidates']
  sampling?: Partial<SampleParams['sampling']>
  model?: string
  concurrency?: number
  template?: TemplateOptions
  signal?: AbortSignal
  onCandidate?: (candidate: SampledCandidate) => void
}

/** Samples and gives the candidates by index. */
export async function sample(
  { servers }: Client,
  server: string,
  {
    prompt = 'Hi',
    candidates,
    sampling,
    model = 'm',
    concurrency = 4,
    template,
    signal = never,
    onCandidate,
  }: Asked,
): Promise<SampledCandidate[]> {
  const request: ServerModelRequest = {
    server,
    model,
    concurrency,
    ...(template ? { template } : {}),
  }
  const generator = await servers.generator(request, {
    signal,
    onProgress: () => undefined,
    anew: false,
  })
  const sampled: SampledCandidate[] = []
  await generator.sample(
    {
      generator: request,
      messages: [{ role: 'user', content: prompt }],
      candidates,
      sampling: { ...OFF, ...sampling },
    },
    signal,
    (progress) => {
      if (progress.kind !== 'candidate') return
      sampled.push(progress.candidate)
      onCandidate?.(progress.candidate)
    },
  )
  return sampled.sort((a, b) => a.index - b.index)
}

export const failureOf = (work: Promise<unknown>): Promise<Failure | undefined> =>
  work.then(
    () => undefined,
    (thrown: unknown) => toFailure(thrown),
  )

/** Servers sample; everything else is the fake's. */
export class ServersEngine implements Engine {
  private readonly fake = new FakeEngine()

  constructor(private readonly servers: Servers) {}

  readonly request = (async (
    method: keyof EngineSide['requests'],
    params: never,
    options: CallOptions<SampleProgress> = {},
  ): Promise<unknown> => {
    const look = { signal: options.signal ?? never, onProgress: () => undefined }
    const { generator, ...wanted } = params as SampleParams
    if (method === 'load' && 'server' in (params as ServerModelRequest))
      return this.described(params, look)
    if (method !== 'sample' || !('server' in generator))
      return this.fake.request(method, params, options)
    const model = await this.servers.generator(generator, { ...look, anew: false })
    await model.sample(
      { generator, ...wanted },
      look.signal,
      options.onProgress ?? (() => undefined),
    )
    return model.description
  }) as Engine['request']

  private async described(
    request: ServerModelRequest,
    look: { signal: AbortSignal; onProgress: () => void },
  ): Promise<LoadedModel> {
    return (await this.servers.generator(request, { ...look, anew: true })).description
  }
}
