// Identifies a server: the models it lists, its software and version.
import type { IncomingHttpHeaders } from 'node:http'
import { asRecord } from '../../core/text/values'
import type { LoadedModel } from '../../shared/engineProtocol'
import { FailureError } from '../../shared/errors'
import { TimedOut } from './exchange'
import { ServerRefusal } from './refusal'
import type { Connection } from './connection'
import { FIRST_TRIES } from './retries'

/** In milliseconds: what a server says of itself is worth no longer wait. */
const LIST_TIMEOUT = 60_000
const PROBE_TIMEOUT = 20_000

export type Software = 'vLLM' | 'SGLang' | 'llama.cpp' | 'Ollama' | 'TGI'

export interface Identity {
  software: Software | null
  /** Such as "vLLM 0.21.0"; null if the server does not say. */
  name: string | null
  /** In tokens, of the requested model; null if the server does not say. */
  contextLength: number | null
}

interface Listed {
  id: string
  owner: string | undefined
  contextLength: number | null
}

interface Listing {
  /** null if the server has no list. */
  models: Listed[] | null
  header: string | undefined
}

interface Probe {
  software: Software
  path: string
  /** The version in a response of this software, and of no other; undefined for others. */
  version: (value: Record<string, unknown>, text: string) => unknown
}

/** Paths beside the API with responses that show the software; some return its version, too. */
const PROBES: readonly Probe[] = [
  {
    software: 'llama.cpp',
    path: '/props',
    version: ({ build_info, default_generation_settings }) =>
      default_generation_settings === undefined ? undefined : (build_info ?? ''),
  },
  {
    software: 'TGI',
    path: '/info',
    version: ({ version, model_id, max_best_of, router }) =>
      model_id === undefined || (max_best_of === undefined && router !== 'text-generation-router')
        ? undefined
        : version,
  },
  {
    software: 'SGLang',
    path: '/get_server_info',
    version: ({ version, tp_size }) => (tp_size === undefined ? undefined : version),
  },
  {
    software: 'Ollama',
    path: '/',
    version: (_, text) => (/^\s*Ollama is running\s*$/.test(text) ? '' : undefined),
  },
]

/** Paths that return the version of a software that is known by other means. */
const VERSIONS: Readonly<Partial<Record<Software, string>>> = {
  vLLM: '/version',
  Ollama: '/api/version',
}

/** `owned_by` in the list of models. */
const OWNERS: Readonly<Record<string, Software>> = {
  vllm: 'vLLM',
  sglang: 'SGLang',
  llamacpp: 'llama.cpp',
}

/**
 * A server without a list of models or a version is valid.
 * @throws FailureError `server-unreachable`; Refusal if the key is refused.
 */
export async function identify(
  connection: Connection,
  model: string,
  signal: AbortSignal,
): Promise<Identity> {
  const { models, header } = await list(connection, signal)
  const listed = models?.find(({ id }) => id === model)
  const contextLength = listed?.contextLength ?? null
  const { software, version } = await softwareOf(
    connection,
    listed?.owner ?? models?.[0]?.owner,
    signal,
  )
  const name = software === null ? (header ?? null) : `${software} ${version}`.trim()
  return { software, name, contextLength }
}

/** @param owner whom the list of models says the models to be owned by. */
async function softwareOf(
  connection: Connection,
  owner: string | undefined,
  signal: AbortSignal,
): Promise<{ software: Software | null; version: string }> {
  const known = OWNERS[owner ?? '']
  const probes = PROBES.filter(({ software }) => known === undefined || software === known)
  const versions = await Promise.all(
    probes.map(({ path, version }) => probe(connection, path, version, signal)),
  )
  const found = versions.findIndex((version) => version !== null)
  const software = known ?? probes[found]?.software ?? null
  const path = software === null ? undefined : VERSIONS[software]
  const version =
    path === undefined
      ? versions[found]
      : await probe(connection, path, ({ version: its }) => its, signal)
  return { software, version: version ?? '' }
}

/** What the owner is told about a model on a server. */
export function describeModel(
  { address }: Connection,
  model: string,
  { contextLength, name }: Identity,
  candidatesInFlight: number,
): LoadedModel {
  return {
    model,
    device: 'server',
    reason: '',
    contextLength,
    candidatesInFlight,
    server: { address, software: name },
  }
}

/** Names of the server's models; null if it does not list them. Throws as {@link identify}. */
export async function listModels(
  connection: Connection,
  signal: AbortSignal,
): Promise<string[] | null> {
  return (await list(connection, signal)).models?.map(({ id }) => id) ?? null
}

/** A refused key is refused for all requests; a list that is not given is of no account. */
async function list(connection: Connection, signal: AbortSignal): Promise<Listing> {
  try {
    return await connection.ask({
      method: 'GET',
      path: '/models',
      signal,
      tries: FIRST_TRIES,
      timeoutMilliseconds: LIST_TIMEOUT,
      splittable: true,
      finalStatuses: () => true,
      read: (value, headers) => ({ models: readModels(value), header: softwareHeader(headers) }),
    })
  } catch (thrown) {
    const isAbsent = thrown instanceof ServerRefusal && thrown.status !== 401
    if (isAbsent || thrown instanceof TimedOut) return { models: null, header: undefined }
    throw thrown
  }
}

/** In the field `data`, as the whole response, or in Ollama's `models`; names may stand alone. */
function readModels(value: unknown): Listed[] | null {
  const { data, models } = asRecord(value)
  const list = [value, data, models].find(Array.isArray) as unknown[] | undefined
  return (
    list?.flatMap((one) => {
      const { id, name, model, owned_by, max_model_len } = asRecord(one)
      const named = [one, id, model, name].find((text) => typeof text === 'string')
      return named === undefined
        ? []
        : [
            {
              id: named,
              owner: typeof owned_by === 'string' ? owned_by : undefined,
              contextLength: typeof max_model_len === 'number' ? max_model_len : null,
            },
          ]
    }) ?? null
  )
}

/** The header `Server`, unless it only names a reverse proxy or a web framework. */
function softwareHeader({ server }: IncomingHttpHeaders): string | undefined {
  return typeof server !== 'string' ||
    /^(nginx|cloudflare|caddy|envoy|apache|uvicorn|hypercorn)\b/i.test(server)
    ? undefined
    : server.slice(0, 100)
}

async function probe(
  connection: Connection,
  path: string,
  version: Probe['version'],
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return await connection.ask({
      method: 'GET',
      path,
      isBeside: true,
      signal,
      tries: 1,
      timeoutMilliseconds: PROBE_TIMEOUT,
      finalStatuses: () => true,
      read: (value, _, text) => {
        const found = version(asRecord(value), text)
        return typeof found === 'string' ? found : null
      },
    })
  } catch (thrown) {
    if (thrown instanceof ServerRefusal || thrown instanceof FailureError) return null
    throw thrown
  }
}
