// The words of a server in a response that is no answer.
import { pythonJsonOf } from '../../core/text/jsonText'
import { asRecord } from '../../core/text/values'

const MAX_CHARACTERS = 300

export interface ServerError {
  /** The HTTP status that it stands for. */
  status: number
  /** Without the key. */
  message: string
}

/** The error message in a response body, truncated; occurrences of the key are replaced. */
export function errorText(text: string, key: string | null): string {
  const message = messageIn(pythonJsonOf(text)) ?? textOfPage(text)
  const plain = (key === null || key === '' ? message : message.replaceAll(key, '…'))
    .replace(/\s+/g, ' ')
    .trim()
  return plain.length > MAX_CHARACTERS ? `${plain.slice(0, MAX_CHARACTERS)}…` : plain
}

/** Whether a text is a page for people, such as that of a proxy or a login. */
export const isWebPage = (text: string): boolean => /^\s*<(!doctype html|html|head)\b/i.test(text)

/**
 * What a person would read of a page; its title, if it shows nothing without scripts. What is not
 * closed ends with the page: to look for its end again at each beginning would take the square of
 * the length.
 */
function textOfPage(page: string): string {
  const shown = page
    .replace(/<!--.*?(?:-->|$)|<(script|style|head|svg|noscript)\b.*?(?:<\/\1\s*>|$)/gis, ' ')
    .replace(/<[^<>]*>/g, ' ')
  return shown.trim() || (/<title[^<>]*>([^<]*)/i.exec(page)?.[1] ?? '')
}

/** The error code in OpenAI's format, if any. */
export function errorCode(text: string): string | undefined {
  const { error } = asRecord(pythonJsonOf(text))
  const { code } = asRecord(error)
  return typeof code === 'string' ? code : undefined
}

/**
 * The error that a response of status 2xx holds instead of an answer: proxies pass on the failures
 * of others so. null for an answer.
 * @param value of its JSON `text`.
 */
export function errorInAnswer(
  value: unknown,
  text: string,
  key: string | null,
): ServerError | null {
  const { choices, data } = asRecord(value)
  const isEmpty = (list: unknown): boolean => !Array.isArray(list) || list.length === 0
  if (!saysError(value) || !isEmpty(choices) || !isEmpty(data)) return null
  return { status: statusOf(value), message: errorText(text, key) }
}

/** Whether an object is an error, in any of the forms that servers have. */
export function saysError(value: unknown): boolean {
  const { error, object, message, detail } = asRecord(value)
  return Boolean(error) || object === 'error' || typeof (message ?? detail) === 'string'
}

/** 400 for an error that does not say. */
function statusOf(value: unknown): number {
  const { error, code: outer, status: outerStatus } = asRecord(value)
  const { code, status, status_code, type } = asRecord(error)
  const numbers = [code, status, status_code, outer, outerStatus].map(Number)
  const found = numbers.find((number) => Number.isInteger(number) && number >= 400 && number < 600)
  if (found !== undefined) return found
  return [code, type].some((word) => typeof word === 'string' && /rate.?limit/i.test(word))
    ? 429
    : 400
}

/**
 * OpenAI: error.message; older vLLM: message; FastAPI: detail, a text or a list of errors; TGI and
 * Ollama: error; Gemini: a list of one such object.
 */
function messageIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.length === 1) return messageIn(value[0])
  if (typeof value !== 'object' || value === null) return undefined
  const { error, message, detail, param } = value as Record<string, unknown>
  if (typeof message === 'string')
    return typeof param === 'string' && !message.includes(param) ? `${message} (${param})` : message
  if (error !== undefined && error !== null) return messageIn(error)
  if (typeof detail === 'string') return detail
  return JSON.stringify(detail ?? value)
}
