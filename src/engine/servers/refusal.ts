// Refusals of a server, and the failures that the user sees for them.
import { type FailureError, failureError } from '../../shared/errors'

const MAX_CHARACTERS = 300

const OVERFLOW =
  /context[ _-]?(length|window|size)|maximum (context|sequence|model) length|exceed_context|prompt is too long|input is too long|too many (input )?tokens|max_new_tokens`?\s+must be|longer than the (model|maximum)|reduce the length|must have less than \d+ tokens|too large to process/i

/**
 * Whether an error message says that the input is too long. llama.cpp sends such a message with
 * status 500 for embeddings.
 */
export const isOverflowText = (text: string): boolean => OVERFLOW.test(text)

/** A response that a retry does not change: status 4xx, or 500 for an input that is too long. */
export class Refusal extends Error {
  /** @param message the server's error message, without the key. */
  constructor(
    readonly status: number,
    message: string,
    readonly keyGiven = false,
  ) {
    super(message)
  }

  /** Whether the prompt, or the prompt with the requested tokens, exceeds the model's context. */
  get isOverflow(): boolean {
    return [400, 413, 422, 500].includes(this.status) && isOverflowText(this.message)
  }

  /** Whether a smaller request may succeed. */
  get maySucceedSmaller(): boolean {
    return this.isBadRequest || this.status === 413 || this.isOverflow
  }

  /** Whether the request may succeed with other parameters. */
  get isBadRequest(): boolean {
    return this.status === 400 || this.status === 422
  }
}

/** The error message in a response body, truncated; occurrences of the key are replaced. */
export function errorText(text: string, key: string | null): string {
  const message = messageIn(parsed(text)) ?? text.replace(/<[^>]*>/g, ' ')
  const plain = (key === null || key === '' ? message : message.replaceAll(key, '…'))
    .replace(/\s+/g, ' ')
    .trim()
  return plain.length > MAX_CHARACTERS ? `${plain.slice(0, MAX_CHARACTERS)}…` : plain
}

/** The error code in OpenAI's format, if any. */
export function errorCode(text: string): string | undefined {
  const { error } = (parsed(text) ?? {}) as { error?: { code?: unknown } | null }
  return typeof error?.code === 'string' ? error.code : undefined
}

interface RefusedRequest {
  address: string
  model: string
  path: string
  /** null if the server does not list them. */
  models: readonly string[] | null
}

export function refusalFailure(
  { status, message, isOverflow, keyGiven }: Refusal,
  { address, model, path, models }: RefusedRequest,
): FailureError {
  if (status === 401 || status === 403) {
    return failureError(
      'server-refused',
      keyGiven
        ? `The server does not accept the key (${status}).`
        : `The server wants a key (${status}).`,
      {
        where: address,
        remedy:
          'Set the key with “AEPO: Set Server Key…”; on the command line, set the environment variable AEPO_SERVER_KEY.',
      },
    )
  }
  if (isOverflow) {
    return failureError(
      'context-overflow',
      `The prompt does not fit the model “${model}” of this server: ${message}`,
      {
        where: address,
        remedy:
          'Shorten the prompt, lower sampling.maxNewTokens, or choose a model with a longer context.',
      },
    )
  }
  if (models && !models.includes(model)) {
    return failureError(
      'server-refused',
      `The server has no model “${model}”; it has: ${models.join(', ') || 'none'}.`,
      { where: address, remedy: 'Name one of these in the curation file.' },
    )
  }
  if (status === 404 || status === 405) {
    return failureError('server-refused', `The server does not know ${path} (${status}).`, {
      where: address,
      remedy: 'Check the address; it usually ends in /v1.',
    })
  }
  if (status >= 300 && status < 400) {
    return failureError(
      'server-refused',
      `The server sends on to another address (${status}), which is not followed.`,
      { where: address, remedy: 'Name the final address in the curation file.' },
    )
  }
  return failureError(
    'server-refused',
    `The server refuses the request (${status}): ${message || 'it gives no reason.'}`,
    { where: address, remedy: 'Correct what it names, or choose another server.' },
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * OpenAI: error.message; older vLLM: message; FastAPI: detail, a text or a list of errors; TGI and
 * Ollama: error.
 */
function messageIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return undefined
  const { error, message, detail, param } = value as Record<string, unknown>
  if (typeof message === 'string')
    return typeof param === 'string' && !message.includes(param) ? `${message} (${param})` : message
  if (error !== undefined && error !== null) return messageIn(error)
  if (typeof detail === 'string') return detail
  return JSON.stringify(detail ?? value)
}
