// How long to wait before a request is sent again: exponentially longer, spread by chance, or as
// the server asks.

/** Ten tries take about four minutes: a server that is restarted is met again. */
export const TRIES = 10
/** A person waits for what is asked first: a wrong address is told of in seconds. */
export const FIRST_TRIES = 3

const FIRST_WAIT = 1000
const LONGEST_WAIT = 60_000
/** However long a server asks to be left alone. */
const LONGEST_ASKED_WAIT = 15 * 60_000

/** Milliseconds before try `tries + 1`; `asked` is what `Retry-After` says. */
export function waitBefore(tries: number, asked: number | null, random: number): number {
  const backoff = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tries - 1)) * (0.5 + 0.5 * random)
  // Many requests are told the same time: what is added keeps them from coming back at the same
  // moment.
  return asked === null ? backoff : Math.min(LONGEST_ASKED_WAIT, asked) + FIRST_WAIT * random
}

/**
 * `Retry-After` in milliseconds: a number of seconds, or a date; null where there is none that can
 * be read.
 */
export function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined || header.trim() === '') return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
