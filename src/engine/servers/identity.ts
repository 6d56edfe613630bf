// Identifies a server: the models it lists, its software and version.
import type { IncomingHttpHeaders } from 'node:http'
import type { LoadedModel } from '../../shared/engineProtocol'
import { FailureError } from '../../shared/errors'
import { Refusal } from './refusal'
import type { Connection } from './connection'
import { FIRST_TRIES } from './retries'

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

/**
 * Paths outside the API that return the version. The first one with a valid response identifies the
 * software.
 */
const PROBES: readonly {
  software: Software
  path: string
  version: (value: Record<string, unknown>) => unknown
}[] = [
  {
    software: 'llama.cpp',
    path: '/props',
    version: ({ build_info, default_generation_settings }) =>
      default_generation_settings === undefined ? undefined : (build_info ?? ''),
  },
  {
    software: 'TGI',
    path: '/info',
    version: ({ version, model_id }) => (model_id === undefined ? undefined : version),
  },
  {
    software: 'SGLang',
    path: '/get_server_info',
    version: ({ version, tp_size }) => (tp_size === undefined ? undefined : version),
  },
  { software: 'Ollama', path: '/api/version', version: ({ version }) => version },
  { software: 'vLLM', path: '/version', version: ({ version }) => version },
]

/**
 * Statuses of servers without a list of models; `transformers serve` fails if its cache is empty.
 */
const NO_LIST = [400, 404, 405, 500, 501]

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
  const root = connection.address.replace(/\/+$/, '').replace(/\/v1$/, '')
  const known = OWNERS[listed?.owner ?? models?.[0]?.owner ?? '']
  const probes = PROBES.filter(({ software }) => known === undefined || software === known)
  const versions = await Promise.all(
    probes.map(({ path, version }) => probe(connection, `${root}${path}`, version, signal)),
  )
  const found = versions.findIndex((version) => version !== null)
  const software = known ?? probes[found]?.software ?? null
  const name = software === null ? (header ?? null) : `${software} ${versions[found] ?? ''}`.trim()
  return { software, name, contextLength }
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

async function list(connection: Connection, signal: AbortSignal): Promise<Listing> {
  try {
    return await connection.ask({
      method: 'GET',
      path: '/models',
      signal,
      tries: FIRST_TRIES,
      finalStatuses: NO_LIST,
      read: (value, headers) => ({ models: readModels(value), header: softwareHeader(headers) }),
    })
  } catch (thrown) {
    if (thrown instanceof Refusal && NO_LIST.includes(thrown.status))
      return { models: null, header: undefined }
    throw thrown
  }
}

function readModels(value: unknown): Listed[] | null {
  const { data } = (value ?? {}) as { data?: unknown }
  if (!Array.isArray(data)) return null
  return (data as Record<string, unknown>[]).flatMap(({ id, owned_by, max_model_len }) =>
    typeof id === 'string'
      ? [
          {
            id,
            owner: typeof owned_by === 'string' ? owned_by : undefined,
            contextLength: typeof max_model_len === 'number' ? max_model_len : null,
          },
        ]
      : [],
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
  url: string,
  version: (value: Record<string, unknown>) => unknown,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return await connection.ask({
      method: 'GET',
      path: url,
      signal,
      tries: 1,
      read: (value) => {
        const found =
          typeof value === 'object' && value !== null
            ? version(value as Record<string, unknown>)
            : undefined
        return typeof found === 'string' ? found : null
      },
    })
  } catch (thrown) {
    if (thrown instanceof Refusal || thrown instanceof FailureError) return null
    throw thrown
  }
}
