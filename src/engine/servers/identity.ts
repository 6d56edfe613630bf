// Who answers at an address: the models it lists, its software and version as far as it says so.
import type { IncomingHttpHeaders } from 'node:http'
import { FailureError } from '../../shared/errors'
import { Refusal } from './refusal'
import type { Connection } from './connection'
import { FIRST_TRIES } from './retries'

export type Software = 'vLLM' | 'SGLang' | 'llama.cpp' | 'Ollama' | 'TGI'

export interface Identity {
  software: Software | null
  /** "vLLM 0.21.0"; null where the server does not say. */
  name: string | null
  /** Tokens of the model asked for; null where the server does not say. */
  contextLength: number | null
}

interface Listed {
  id: string
  owner: string | undefined
  contextLength: number | null
}

interface Listing {
  /** null where the server has no list. */
  models: Listed[] | null
  header: string | undefined
}

/**
 * Beside the API, where each software tells its version. The first that answers in its own way
 * names it.
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
 * Statuses of servers without a list of models; `transformers serve` has a fault where its cache
 * holds none.
 */
const NO_LIST = [400, 404, 405, 500, 501]

const OWNERS: Readonly<Record<string, Software>> = {
  vllm: 'vLLM',
  sglang: 'SGLang',
  llamacpp: 'llama.cpp',
}

/**
 * @throws FailureError `server-unreachable`; Refusal when the key is refused. A server without a
 *   list or a version is none the worse.
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
    probes.map(({ path, version }) => tell(connection, `${root}${path}`, version, signal)),
  )
  const place = versions.findIndex((version) => version !== null)
  const software = known ?? probes[place]?.software ?? null
  const name = software === null ? (header ?? null) : `${software} ${versions[place] ?? ''}`.trim()
  return { software, name, contextLength }
}

/**
 * Names of the models that the server has; null where it does not list them. Throws as {@link
 * identify}.
 */
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
      final: NO_LIST,
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

/** What names no more than the web server in front says nothing of the software. */
function softwareHeader({ server }: IncomingHttpHeaders): string | undefined {
  return typeof server !== 'string' ||
    /^(nginx|cloudflare|caddy|envoy|apache|uvicorn|hypercorn)\b/i.test(server)
    ? undefined
    : server.slice(0, 100)
}

async function tell(
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
        const told =
          typeof value === 'object' && value !== null
            ? version(value as Record<string, unknown>)
            : undefined
        return typeof told === 'string' ? told : null
      },
    })
  } catch (thrown) {
    if (thrown instanceof Refusal || thrown instanceof FailureError) return null
    throw thrown
  }
}
