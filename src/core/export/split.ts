// Which prompts are held out of training: the same rule as in a training run
// (training/src/aepo_training/train/plan.py).
import { createHash } from 'node:crypto'

/** With fewer prompts each is needed for the training. */
export const FEWEST_TO_HOLD_OUT = 8

/** Share of the prompts. */
export const DEFAULT_HELD_OUT = 0.1

/**
 * The prompts with the smallest hashes: the order of the prompts does not matter, and prompts that
 * are added later move few others.
 * @param share of the prompts that is held out, from 0 to 0.5.
 * @param missing how many of the prompts the training does without, whichever they are: those of
 *   the result are held out in any case.
 */
export function heldOutPrompts(
  promptIds: Iterable<string>,
  share: number,
  missing = 0,
): ReadonlySet<string> {
  const ids = [...new Set(promptIds)]
  const counted = ids.length - missing
  if (share <= 0 || counted < FEWEST_TO_HOLD_OUT) return new Set()
  const count = Math.max(1, Math.floor(share * counted + 0.5))
  return new Set(
    ids
      .map((id) => ({ id, hash: hashOf(id) }))
      .toSorted(byHash)
      .slice(0, count)
      .map(({ id }) => id),
  )
}

interface Hashed {
  id: string
  hash: string
}

const hashOf = (id: string): string => createHash('sha256').update(id).digest('hex')

const byHash = (one: Hashed, other: Hashed): number =>
  one.hash < other.hash ? -1 : one.hash > other.hash ? 1 : 0
