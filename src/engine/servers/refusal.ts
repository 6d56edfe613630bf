// What a server says no with, in its own words, and the failures that a person is shown for it.
import * as l10n from '@vscode/l10n'
import { type FailureError, failureError } from '../../shared/errors'

const MOST_CHARACTERS = 300

const OVERFLOW =
  /context[ _-]?(length|window|size)|maximum (context|sequence|model) length|exceed_context|prompt is too long|input is too long|too many (input )?tokens|max_new_tokens`?\s+must be|longer than the (model|maximum)|reduce the length|must have less than \d+ tokens|too large to process/i

/**
 * Whether words that come with the status of a fault say that the input is too long: llama.cpp does
 * so for embeddings.
 */
export const saysOverflow = (words: string): boolean => OVERFLOW.test(words)

/** An answer that trying again does not change: of status 4xx, or one of 500 whose words say so. */
export class Refusal extends Error {
  /** @param message the server's own words, without the key. */
  constructor(
    readonly status: number,
    message: string,
    readonly keyGiven = false,
  ) {
    super(message)
  }

  /** Whether the prompt, or what is asked for after it, does not fit the model. */
  get isOverflow(): boolean {
    return [400, 413, 422, 500].includes(this.status) && saysOverflow(this.message)
  }

  /** Whether a smaller request may pass. */
  get isOfSize(): boolean {
    return this.isForm || this.status === 413 || this.isOverflow
  }

  /** Whether the request may pass in another form. */
  get isForm(): boolean {
    return this.status === 400 || this.status === 422
  }
}

/**
 * The words for what went wrong, wherever a server puts them; the key is taken out should the
 * server repeat it.
 */
export function wordsOf(text: string, key: string | null): string {
  const words = found(parsed(text)) ?? text.replace(/<[^>]*>/g, ' ')
  const plain = (key === null || key === '' ? words : words.replaceAll(key, '…'))
    .replace(/\s+/g, ' ')
    .trim()
  return plain.length > MOST_CHARACTERS ? `${plain.slice(0, MOST_CHARACTERS)}…` : plain
}

/** The code of the error as OpenAI gives it, if any. */
export function errorCode(text: string): string | undefined {
  const { error } = (parsed(text) ?? {}) as { error?: { code?: unknown } | null }
  return typeof error?.code === 'string' ? error.code : undefined
}

interface Asked {
  address: string
  model: string
  path: string
  /** null where the server does not list them. */
  models: readonly string[] | null
}

export function refused(
  { status, message, isOverflow, keyGiven }: Refusal,
  { address, model, path, models }: Asked,
): FailureError {
  if (status === 401 || status === 403) {
    return failureError(
      'server-refused',
      keyGiven
        ? l10n.t`The server does not accept the key (${status}).`
        : l10n.t`The server wants a key (${status}).`,
      {
        where: address,
        remedy: l10n.t(
          'Set the key by “AEPO: Set Server Key…”; on the command line put it into the environment variable AEPO_SERVER_KEY.',
        ),
      },
    )
  }
  if (isOverflow) {
    return failureError(
      'context-overflow',
      l10n.t`The prompt does not fit the model “${model}” of this server: ${message}`,
      {
        where: address,
        remedy: l10n.t(
          'Shorten the prompt, lower sampling.maxNewTokens, or choose a model with a longer context.',
        ),
      },
    )
  }
  if (models && !models.includes(model)) {
    return failureError(
      'server-refused',
      l10n.t`The server has no model “${model}”; it has: ${models.join(', ') || l10n.t('none')}.`,
      { where: address, remedy: l10n.t('Name one of these in the curation file.') },
    )
  }
  if (status === 404 || status === 405) {
    return failureError('server-refused', l10n.t`The server does not know ${path} (${status}).`, {
      where: address,
      remedy: l10n.t('Check the address; it usually ends in /v1.'),
    })
  }
  if (status >= 300 && status < 400) {
    return failureError(
      'server-refused',
      l10n.t`The server sends on to another address (${status}), which is not followed.`,
      { where: address, remedy: l10n.t('Name the address that answers by itself.') },
    )
  }
  return failureError(
    'server-refused',
    l10n.t`The server refuses the request (${status}): ${message || l10n.t('it does not say why')}`,
    { where: address, remedy: l10n.t('Correct what it names, or choose another server.') },
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
 * OpenAI: error.message; vLLM of old: message; FastAPI: detail, a text or a list of what is wrong
 * where; TGI and Ollama: error.
 */
function found(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return undefined
  const { error, message, detail, param } = value as Record<string, unknown>
  if (typeof message === 'string')
    return typeof param === 'string' && !message.includes(param) ? `${message} (${param})` : message
  if (error !== undefined && error !== null) return found(error)
  if (typeof detail === 'string') return detail
  return JSON.stringify(detail ?? value)
}
