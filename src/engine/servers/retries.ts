// The wait before a retry: exponential backoff with jitter, or the wait that the server requests.

/** Ten tries take about four minutes, long enough for a server to restart. */
export const TRIES = 10
/** For the first request to a server: the user learns of a wrong address within seconds. */
export const FIRST_TRIES = 3

/** For a well-formed response that says that the server failed; other faults do not count. */
export const FAILED_ANSWER_TRIES = 4
/** Between two tries while a server loads its model, and in all; in milliseconds. */
export const LOADING_WAIT = 5000
export const LOADING_TIME = 60 * 60_000

/** In milliseconds. */
const FIRST_WAIT = 1000
const MAX_WAIT = 60_000
/** Upper limit for the wait that a server requests. */
const MAX_REQUESTED_WAIT = 15 * 60_000

/**
 * Milliseconds to wait after try number `tries`.
 * @param requested `Retry-After` in milliseconds.
 * @param random in [0, 1).
 */
export function waitBefore(tries: number, requested: number | null, random: number): number {
  const backoff = Math.min(MAX_WAIT, FIRST_WAIT * 2 ** (tries - 1)) * (0.5 + 0.5 * random)
  // The server sends many requests the same time; jitter spreads their retries.
  if (requested === null) return backoff
  return Math.min(MAX_REQUESTED_WAIT, requested) + FIRST_WAIT * random
}
