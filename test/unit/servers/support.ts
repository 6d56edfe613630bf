// A server client for tests: waits end at once and are recorded; embeddings and selections come
// from a fake engine.
import { candidateSeed } from '../../../src/core/sampling/seeds'
import { Servers } from '../../../src/engine/servers/servers'
import type { Clock } from '../../../src/engine/servers/clock'
import type { Limits } from '../../../src/engine/servers/connection'
import type { Engine } from '../../../src/curation/engine'
import type { OmittableField, ReasoningPlace, TemplateOptions } from '../../../src/shared/domain'
import type {
  EngineSide,
  LoadedModel,
  SampledCandidate,
  SampleParams,
  SampleProgress,
  ServerModelRequest,
  TextSoFar,
} from '../../../src/shared/engineProtocol'
import { type Failure, toFailure } from '../../../src/shared/errors'
import type { CallOptions } from '../../../src/shared/rpc'
import { FakeEngine } from '../curation/support/fakeEngine'
import { server } from './server'

export const never = new AbortController().signal

/** Always 1970; waits end at once unless `held`. */
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
  /** Origins whose key the client asked for. */
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
  omit?: OmittableField[]
  reasoning?: ReasoningPlace
  signal?: AbortSignal
  onCandidate?: (candidate: SampledCandidate) => void
  /** The texts are streamed. */
  onText?: (text: TextSoFar) => void
}

/** Samples and returns the candidates in order of their index. */
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
    omit,
    reasoning,
    signal = never,
    onCandidate,
    onText,
  }: Asked,
): Promise<SampledCandidate[]> {
  const request: ServerModelRequest = {
    server,
    model,
    concurrency,
    ...(template ? { template } : {}),
    ...(omit ? { omit } : {}),
    ...(reasoning ? { reasoning } : {}),
  }
  const generator = await servers.generator(request, {
    signal,
    onProgress: () => undefined,
    refresh: false,
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
    onText,
  )
  return sampled.sort((a, b) => a.index - b.index)
}

export const failureOf = (work: Promise<unknown>): Promise<Failure | undefined> =>
  work.then(
    () => undefined,
    (thrown: unknown) => toFailure(thrown),
  )

/** An engine whose `sample` uses servers; everything else comes from the fake. */
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
    const model = await this.servers.generator(generator, { ...look, refresh: false })
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
    return (await this.servers.generator(request, { ...look, refresh: true })).description
  }
}

/** Resolves when `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

/** The message of {@link sample} without a prompt. */
export const HI = [{ role: 'user' as const, content: 'Hi' }]

export const wanted = (n: number): SampleParams['candidates'] =>
  Array.from({ length: n }, (_, index) => ({ index, seed: candidateSeed(7, 'p', 1, index) }))

/** Bodies of the chat requests that the fake server received. */
export const chats = (): Record<string, unknown>[] =>
  server.requests
    .filter(({ path }) => path === '/v1/chat/completions')
    .map(({ body }) => body ?? {})
