// The wait that a server asks for in other words than the standard's.
import type { IncomingHttpHeaders } from 'node:http'

/** OpenAI and Groq: “try again in 1m30.5s”; Gemini: “retry in 34.1s”; others: “in 20 seconds”. */
const SAID =
  /\b(?:try again|retry)\s+(?:in|after)\s+(?:(\d+)h)?(?:(\d+)m(?!s|in))?(?:(\d+(?:\.\d+)?)\s?(ms|milliseconds?|s\b|sec|seconds?|min|minutes?)?)?/i
/** Gemini's details: `"retryDelay": "34s"`. */
const DETAIL = /"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"/

/** In milliseconds; null where the server names none. */
export function saidWait(headers: IncomingHttpHeaders, text: string): number | null {
  const header = Number(headers['retry-after-ms'] ?? NaN)
  if (Number.isFinite(header)) return Math.max(0, header)
  const [, detail] = DETAIL.exec(text) ?? []
  if (detail !== undefined) return Number(detail) * 1000
  const [, hours, minutes, rest, unit = ''] = SAID.exec(text) ?? []
  if (hours === undefined && minutes === undefined && (rest === undefined || unit === ''))
    return null
  const seconds = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60
  return seconds * 1000 + Number(rest ?? 0) * millisecondsOf(unit)
}

function millisecondsOf(unit: string): number {
  if (/^(ms|milli)/i.test(unit)) return 1
  return /^min/i.test(unit) ? 60_000 : 1000
}
