// Refusals of a server, and the failures that the user sees for them.
import * as l10n from '@vscode/l10n'
import { asSentence, type FailureError, failureError } from '../../shared/errors'
import { hasVersion } from './endpoint'

const SET_KEY = l10n.t(
  'Set the key with “AEPO: Set Server Key…”; on the command line, set the environment variable AEPO_SERVER_KEY.',
)

/** Models of a server that a message names. */
const MOST_NAMED = 10

const OVERFLOW =
  /context[ _-]?(length|window|size)|maximum (context|sequence|model) length|exceed_context|(prompt|input|message|text|string)s?(\[\d+\]\S*)?\W{0,3}(is |are )?too long|too many (input )?tokens|max_new_tokens`?\s+must be|longer than the (model|maximum)|reduce the length|must have less than \d+ tokens|too large to process|tokens? .{0,60}exceeds?|exceeds? .{0,40}(tokens?|length)|input length|prompt length|max_seq_len|token limit|exceeds? max|which is more than the allowed|超长|长度超|超过.{0,20}长度/i

/**
 * Whether an error message says that the input is too long. llama.cpp sends such a message with
 * status 500 for embeddings. A message that is not recognised costs the advice alone.
 */
export const isOverflowText = (text: string): boolean => OVERFLOW.test(text)

/** Statuses that no other prompt changes: the key, the account, the model, the address. */
const OF_ALL = [401, 402, 404, 405, 407, 410, 429]

/** Parameters of a request → the settings that they come from. */
const SETTINGS: readonly (readonly [RegExp, string])[] = [
  [/\btemperature\b/i, 'sampling.temperature'],
  [/\btop_?p\b/i, 'sampling.topP'],
  [/\bmax_(completion_)?tokens\b/i, 'sampling.maxNewTokens'],
]

/** A response that a retry does not change: status 4xx, or 500 for an input that is too long. */
export class ServerRefusal extends Error {
  /**
   * @param status of the response; where a response of status 200 says that the server failed, the
   *   status that would say the same.
   * @param message the server's error message, without the key.
   */
  constructor(
    readonly status: number,
    message: string,
    readonly keyGiven = false,
    readonly isStatusSent = true,
  ) {
    super(message)
  }

  /** Whether the prompt, or the prompt with the requested tokens, exceeds the model's context. */
  get isOverflow(): boolean {
    return [400, 413, 422, 500].includes(this.status) && isOverflowText(this.message)
  }

  /** Whether it concerns every request. */
  get isOfAll(): boolean {
    return OF_ALL.includes(this.status) || this.status < 400
  }

  /** Whether the request may succeed with other parameters. */
  get isBadRequest(): boolean {
    return this.status === 400 || this.status === 422 || this.status >= 500
  }
}

interface RefusedRequest {
  address: string
  model: string
  path: string
  /** null if the server does not list them. */
  models: readonly string[] | null
  /** Whether the server has answered other requests: a refusal may concern the prompt alone. */
  answersOthers?: boolean
}

/**
 * `context-overflow` and `prompt-refused` concern one prompt, or one text, unless the server
 * refuses all; `server-refused` concerns all.
 */
export function refusalFailure(refusal: ServerRefusal, request: RefusedRequest): FailureError {
  const { status, message, isOverflow, isOfAll, isStatusSent } = refusal
  const { address, model, answersOthers = false } = request
  const said = message === '' ? l10n.t('it gives no reason.') : asSentence(message)
  if (isOverflow)
    return failureError(
      'context-overflow',
      l10n.t`The prompt does not fit the model “${model}” of this server: ${said}`,
      {
        where: address,
        remedy: l10n.t(
          'Shorten the prompt, lower sampling.maxNewTokens, or choose a model with a longer context.',
        ),
      },
    )
  if (isOfAll) return refusalOfAll(refusal, request, said)
  return failureError(
    'prompt-refused',
    isStatusSent
      ? l10n.t`The server refuses the request (${status}): ${said}`
      : l10n.t`The server gives no response: ${said}`,
    {
      where: address,
      remedy: sentences(
        answersOthers ? undefined : keyHint(refusal),
        remedyFor(status, message),
        notListed(request),
        answersOthers ? undefined : versionHint(address),
      ),
    },
  )
}

function refusalOfAll(
  { status, message, keyGiven }: ServerRefusal,
  { address, model, models, path }: RefusedRequest,
  said: string,
): FailureError {
  const refused = (sentence: string, remedy: string): FailureError =>
    failureError('server-refused', message === '' ? asSentence(sentence) : `${sentence}: ${said}`, {
      where: address,
      remedy,
    })
  if (status === 401)
    return refused(
      keyGiven
        ? l10n.t`The server does not accept the key (${status})`
        : l10n.t`The server requires an API key (${status})`,
      SET_KEY,
    )
  if (status === 402)
    return refused(
      l10n.t`The server requires payment (${status})`,
      l10n.t('Check the account, then start again: what is written is kept.'),
    )
  if (status === 407)
    return refused(
      l10n.t`The proxy requires a user name and a password (${status})`,
      l10n.t('Put them into the address of the proxy, as http://user:password@host:port.'),
    )
  if (models && !models.includes(model))
    return refused(
      l10n.t`The server has no model “${model}” (${status})`,
      l10n.t`It lists: ${someOf(models)}. Name one of these in the curation file.`,
    )
  if (status >= 300 && status < 400)
    return failureError(
      'server-refused',
      l10n.t`The server sends on to another address (${status}), which is not followed.`,
      {
        where: address,
        remedy: /^https?:/.test(message)
          ? l10n.t`It names ${message}. If you trust that server, name its address in the curation file.`
          : l10n.t('Name the final address in the curation file.'),
      },
    )
  return refused(
    message === '' || /^not found$/i.test(message)
      ? l10n.t`The server does not know ${path} (${status})`
      : l10n.t`The server refuses the request (${status})`,
    versionHint(address) ??
      l10n.t('Correct what it names, or choose another server or another model.'),
  )
}

/** A server that forbids all requests may want another key; one prompt may break its rules. */
const keyHint = ({ status, keyGiven }: ServerRefusal): string | undefined =>
  status !== 403 ? undefined : keyGiven ? l10n.t('Check what the key may be used for.') : SET_KEY

function remedyFor(status: number, message: string): string {
  if (status >= 500)
    return l10n.t('Wait, then start again: what is written is kept. Or choose another server.')
  const [, setting] = SETTINGS.find(([words]) => words.test(message)) ?? []
  return setting === undefined
    ? l10n.t('Correct what it names, or choose another server.')
    : l10n.t`Correct ${setting} in the curation file, or choose another server.`
}

const notListed = ({ model, models }: RefusedRequest): string | undefined =>
  models && models.length > 0 && !models.includes(model)
    ? l10n.t`It does not list the model “${model}” but: ${someOf(models)}.`
    : undefined

export const versionHint = (address: string): string | undefined =>
  hasVersion(address) ? undefined : l10n.t('Check the address; it usually ends in /v1.')

const sentences = (...parts: (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join(' ')

function someOf(models: readonly string[]): string {
  const some = models.slice(0, MOST_NAMED).join(', ') || l10n.t('none')
  return models.length > MOST_NAMED ? l10n.t`${some} and ${models.length - MOST_NAMED} more` : some
}
