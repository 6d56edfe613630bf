// What a response is: an answer, a fault that a retry may mend, or a refusal.
import * as l10n from '@vscode/l10n'
import type { IncomingHttpHeaders } from 'node:http'
import { pythonJsonOf } from '../../core/text/jsonText'
import { errorCode, errorInAnswer, errorText, isWebPage } from './errorBody'
import type { HttpAnswer, TimedOut } from './exchange'
import { isOverflowText, ServerRefusal } from './refusal'
import { retryAfter } from '../retryAfter'
import { saidWait } from './saidWait'

/** Characters of an unusable response that a message repeats. */
const EXCERPT_CHARACTERS = 120
/**
 * Faults with statuses of refusals: a conflict, a lock, a request that comes too early, no
 * capacity, a closed connection.
 */
const PASSING = [408, 409, 423, 425, 498, 499]
/** TGI failed while it generated. */
const GENERATION_FAILED = 424
/** A request that no pause helps: it exceeds what a minute allows. */
const TOO_LARGE = /\b(request|prompt|message)s? (is |are )?too (large|long)\b/i
const LOADING = /\b(loading|starting|warming|initiali[sz]ing|scaling)/i

/**
 * Parses a response; `value` is undefined if it is not JSON. Returns null for an unusable response,
 * which is retried.
 * @throws FailedAnswer for one that says that the server failed.
 */
export type Read<T> = (value: unknown, headers: IncomingHttpHeaders, text: string) => T | null

/** A well-formed response that says that the server failed: a retry may help, though not often. */
export class FailedAnswer extends Error {}

/** A failed try. */
export interface Fault {
  message: string
  code: 'server-unreachable' | 'server-refused'
  isFinal: boolean
  /** `Retry-After` in milliseconds. */
  requestedWait: number | null
  /** The server is starting: tries do not count. */
  isLoading?: boolean
  timedOut?: TimedOut
  /** What the fault is after a few tries. */
  refusal?: ServerRefusal
  /** The response is whole and of another kind: it is that of another program. */
  isForeign?: boolean
}

export type Outcome<T> = { value: T } | { fault: Fault }

export const UNREACHABLE = {
  code: 'server-unreachable',
  isFinal: false,
  requestedWait: null,
} as const

interface Reading<T> {
  read: Read<T>
  key: string | null
  /** Statuses that are not retried, although they usually are. */
  finalStatuses: ((status: number) => boolean) | undefined
  /** Milliseconds since 1970. */
  now: number
}

/** @throws Refusal if a retry does not change the response. */
export function responseOutcomeOf<T>(answer: HttpAnswer, reading: Reading<T>): Outcome<T> {
  const { key } = reading
  if (answer.status < 200 || answer.status >= 300) {
    const fault = faultOf(answer, answer.status, reading)
    if (answer.status !== GENERATION_FAILED) return { fault }
    const refusal = new ServerRefusal(answer.status, errorText(answer.text, key), key !== null)
    return { fault: { ...fault, refusal } }
  }
  const value = pythonJsonOf(answer.text)
  const error = errorInAnswer(value, answer.text, key)
  if (!error) return readAnswer(answer, value, reading)
  const fault = faultOf(answer, error.status, reading)
  return {
    fault:
      error.status === 429
        ? fault
        : { ...fault, refusal: new ServerRefusal(error.status, error.message, key !== null) },
  }
}

/** @param json the value of the answer's JSON; undefined for any other text. */
function readAnswer<T>(
  { headers, text }: HttpAnswer,
  json: unknown,
  { read, key }: Reading<T>,
): Outcome<T> {
  try {
    const value = read(json, headers, text)
    if (value !== null) return { value }
  } catch (thrown) {
    if (!(thrown instanceof FailedAnswer)) throw thrown
    const refusal = new ServerRefusal(500, thrown.message, key !== null, false)
    return { fault: { ...UNREACHABLE, message: thrown.message, refusal } }
  }
  const said = errorText(text, key).slice(0, EXCERPT_CHARACTERS)
  if (isWebPage(text)) {
    const page = l10n.t`its answer is a web page (“${said}”)`
    return { fault: { ...UNREACHABLE, message: page, isForeign: true } }
  }
  const message = said
    ? l10n.t`its answer is not what was asked for (“${said}”)`
    : l10n.t('its answer is empty')
  return { fault: { ...UNREACHABLE, message, isForeign: json !== undefined } }
}

/** @throws Refusal if a retry does not change the response. */
function faultOf(
  { headers, text }: HttpAnswer,
  status: number,
  { key, finalStatuses, now }: Reading<unknown>,
): Fault {
  const isBusy = status === 429 && errorCode(text) !== 'insufficient_quota'
  const location = asText(headers.location)
  const isRedirect = status >= 300 && status < 400 && location !== undefined
  const message = errorText(isRedirect ? location : text, key)
  if (
    (!isBusy && !isPassing(status)) ||
    finalStatuses?.(status) ||
    (status === 500 && isOverflowText(message))
  )
    throw new ServerRefusal(status, message, key !== null)
  if (isBusy && TOO_LARGE.test(message)) throw new ServerRefusal(413, message, key !== null, false)
  const details = message === '' ? `${status}` : `${status}: ${message}`
  const isLoading = status === 503 && LOADING.test(message)
  return {
    message: isBusy
      ? l10n.t`it limits the request rate (${details})`
      : isLoading
        ? l10n.t`it is loading its model (${details})`
        : l10n.t`it has a fault (${details})`,
    code: isBusy ? 'server-refused' : 'server-unreachable',
    isFinal: status === 501,
    requestedWait: retryAfter(asText(headers['retry-after']), now) ?? saidWait(headers, text),
    isLoading,
  }
}

const isPassing = (status: number): boolean =>
  status >= 500 || status === GENERATION_FAILED || PASSING.includes(status)

const asText = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header
