// Waits for a condition that nothing announces, with the last error in the message when it does not
// come.
import { inspect } from 'node:util'

const POLL_MS = 100

/** Calls `probe` until it gives something truthy; errors it throws meanwhile count as "not yet". */
export async function until<T>(
  what: string,
  probe: () => Promise<T> | T,
  limitMs = 30_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + limitMs
  let last: unknown
  for (;;) {
    try {
      const value = await probe()
      if (value) return value
      last = value
    } catch (error) {
      last = error
    }
    if (performance.now() > end)
      throw new Error(`Waited ${limitMs / 1000} s in vain for ${what}; last: ${describe(last)}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

function describe(value: unknown): string {
  if (value instanceof Error) return value.message.split('\n', 1)[0] ?? value.name
  return inspect(value, { depth: 3, breakLength: Infinity })
}
