// Preferences from key presses, and preferences in words. Responses are named by their place on the
// screen.
import { oneAbove } from '../src/core/annotation/tiers'
import type { Preference } from '../src/shared/domain'
import type { Task } from '../src/shared/curationViews'
import { strings } from './strings'

export function shownOrder(task: Task): string[] {
  return task.responses.map(({ candidateId }) => candidateId)
}

/** One response above all others, which stay tied. Null for a place without a response. */
export const bestOf = (order: string[], index: number): Preference | null =>
  order[index] === undefined ? null : oneAbove(order, index)

/** `ranked` from best to worst; the one left over comes last. Null while more than one is open. */
export function fullRanking(order: string[], ranked: string[]): Preference | null {
  const open = order.filter((id) => !ranked.includes(id))
  return open.length > 1 ? null : { kind: 'ranking', tiers: [...ranked, ...open].map((id) => [id]) }
}

/** Whether the number key of this response stands for the preference. */
export function isBest(preference: Preference, order: string[], index: number): boolean {
  return (
    preference.kind === 'ranking' &&
    JSON.stringify(preference) === JSON.stringify(bestOf(order, index))
  )
}

/** "1 is better", "2, then 1 = 3", "tie", "1 is better, edited". */
export function describe(preference: Preference, order: string[], isEdited = false): string {
  const said = inWords(preference, order)
  return isEdited ? strings.edit.edited(said) : said
}

function inWords(preference: Preference, order: string[]): string {
  switch (preference.kind) {
    case 'ranking': {
      const index = order.findIndex((_, place) => isBest(preference, order, place))
      if (index >= 0) return strings.decision.best(index + 1, order.length)
      return preference.tiers
        .map((tier) => tier.map((id) => order.indexOf(id) + 1).join(strings.decision.equal))
        .join(strings.decision.then)
    }
    case 'tie':
    case 'allBad':
    case 'skip':
      return strings.decision[preference.kind]
  }
}

export interface Mark {
  text: string
  /** Whether the response stands out as the preferred one. */
  best: boolean
}

/** What a decided preference says of one response; null where it says nothing worth a mark. */
export function markOf(preference: Preference, candidateId: string): Mark | null {
  const { marks } = strings.decision
  if (preference.kind !== 'ranking') return { text: marks[preference.kind], best: false }
  const tier = preference.tiers.findIndex((ids) => ids.includes(candidateId))
  if (tier === 0) return { text: marks.best, best: true }
  return preference.tiers.length > 2 && tier > 0
    ? { text: marks.place(tier + 1), best: false }
    : null
}
