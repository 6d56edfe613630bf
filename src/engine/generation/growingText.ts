// Texts of candidates while they grow.

/** In milliseconds, between two texts of one candidate. */
const INTERVAL = 50

/**
 * Whether a text of a candidate is due, by its index: the first one is, then one per interval.
 * @param now returns milliseconds since any fixed time.
 */
export function perCandidate(now = () => performance.now()): (index: number) => boolean {
  const last = new Map<number, number>()
  return (index) => {
    const at = now()
    if (at - (last.get(index) ?? -Infinity) < INTERVAL) return false
    last.set(index, at)
    return true
  }
}

/** Without the character at the end whose bytes are not all sampled yet. */
export const complete = (text: string): string => text.replace(/\ufffd+$/, '')
