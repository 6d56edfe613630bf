// Which pools a rule that learns is to select from when labelling gets to them.
import type { AnotherReason, Prompt, Selection } from '../../shared/domain'
import type { Round } from '../round'
import { changedSettings } from '../selection/earlierSelections'

/**
 * `first`: nothing was selected from the pool; `changed`: nobody has decided on its selection,
 * and the settings or the pool are others now; a reason: others were selected again for it.
 */
export type Due = 'first' | 'changed' | AnotherReason

/** Most further selections that a pool of the round has, for each reason. */
export type Passes = Readonly<Record<AnotherReason, number>>

/**
 * Select Another asks for another selection from each pool. The first one that was made is in the
 * journal: as long as other pools have fewer, they are due too.
 */
export function passesOf(round: Round): Passes {
  const passes = { more: 0, allBad: 0 }
  for (const { after, learned } of round.selections())
    if (after && learned)
      passes[after.reason] = Math.max(passes[after.reason], after.selectionIds.length)
  return passes
}

/** null for a pool that is not due. */
export function dueOf(round: Round, { id }: Prompt, passes: Passes): Due | null {
  if (round.isAwaiting(id)) return 'first'
  const current = round.undecided(id)?.current
  if (current) return isOutdated(round, current) ? 'changed' : null
  return anotherDue(round, id, passes)
}

/** How many pools are to have a selection that they have not: first ones, and further ones. */
export function countDue(round: Round): { first: number; another: number } {
  if (!round.isJustInTime) return { first: 0, another: 0 }
  const passes = passesOf(round)
  const another =
    passes.more + passes.allBad === 0
      ? 0
      : round.prompts.filter(({ id }) => anotherDue(round, id, passes) !== null).length
  return { first: round.countAwaiting(), another }
}

function anotherDue(round: Round, promptId: string, passes: Passes): AnotherReason | null {
  if (passes.more + passes.allBad === 0) return null
  const made = round.comparable(promptId).length
  if (round.exhausted.has(poolState(round, promptId))) return null
  const reasons = round.anotherReasons(promptId)
  return reasons.find((reason) => made <= passes[reason]) ?? null
}

/** Another selection was tried and is not to be tried again until the pool changes. */
export const markExhausted = (round: Round, { id }: Prompt): void =>
  void round.exhausted.add(poolState(round, id))

const poolState = (round: Round, promptId: string): string =>
  JSON.stringify([promptId, round.poolSize(promptId), round.counting(promptId).length])

function isOutdated(round: Round, selection: Selection): boolean {
  const { method, n, promptId, removed } = selection
  if (method === 'given') return false
  return (
    changedSettings(selection, round.settings.selection).length > 0 ||
    round.poolSize(promptId) > n + removed.length
  )
}
