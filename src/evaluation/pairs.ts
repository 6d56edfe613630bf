// The pairs of an evaluation: the responses of A and B to one prompt, as selections.
import { selectionId, textHash } from '../core/formats/ids'
import type { Curation } from '../curation/curation'
import type { Candidate, Selection } from '../shared/domain'
import type { Side } from '../shared/evaluation'

/** Two equal shares take turns: A has the even indices. */
export const sideOf = ({ index }: Pick<Candidate, 'index'>): Side => (index % 2 === 0 ? 'a' : 'b')

/** A response of each model. */
export interface Pair {
  a: Candidate
  b: Candidate
}

/** The pairs of a prompt; none before all of its responses are there. */
export function pairsOf({ round }: Curation, promptId: string): Pair[] {
  if (round.missing(promptId).length > 0) return []
  const pool = round.pool(promptId)
  return pool.flatMap((a, place) => {
    const b = pool[place + 1]
    return b && sideOf(a) === 'a' ? [{ a, b }] : []
  })
}

/** Nothing can be said of two equal responses: they are not shown. */
export const isEqual = ({ a, b }: Pair): boolean => a.text.trim() === b.text.trim()

/** Appends the pairs that are complete and not yet there, for prompts of the evaluation. */
export async function pairUp(data: Curation): Promise<void> {
  const { store, round } = data
  await store.transaction(async (transaction) => {
    const made = round.prompts.flatMap(({ id }) =>
      round.counting(id).length > 0 ? [] : selectionsOf(data, id),
    )
    await transaction.appendSelections(made)
  })
}

function selectionsOf(data: Curation, promptId: string): Selection[] {
  const selections: Selection[] = []
  for (const pair of pairsOf(data, promptId)) {
    if (isEqual(pair)) continue
    const before = selections.map(({ id }) => id)
    selections.push(selectionOf(pair, before))
  }
  return selections
}

/** @param before the ids of the pairs of the same prompt that come before it. */
function selectionOf({ a, b }: Pair, before: readonly string[]): Selection {
  const content: Omit<Selection, 'id'> = {
    promptId: a.promptId,
    round: a.round,
    candidateIds: [a.id, b.id],
    textHashes: [textHash(a.text), textHash(b.text)],
    method: 'given',
    k: 2,
    lambda: 0,
    guard: false,
    n: 2,
    objective: 0,
    representativeness: 0,
    redundancy: 0,
    exact: true,
    removed: [],
    ...(before.length === 0
      ? {}
      : { after: { selectionIds: [...before], reason: 'more' as const } }),
  }
  return { id: selectionId(content), ...content }
}
