// The pairs of an evaluation: the responses of A and B to one prompt, as selections.
import type { Curation } from '../curation/curation'
import { givenSelection } from '../curation/selection/givenSelection'
import type { After, Candidate, Selection } from '../shared/domain'
import type { ModelSide } from '../shared/evaluation'

/** Two equal shares take turns: A has the even indices. */
export const modelSideOf = ({ index }: Pick<Candidate, 'index'>): ModelSide =>
  index % 2 === 0 ? 'a' : 'b'

/** A response of each model. */
export interface ModelPair {
  a: Candidate
  b: Candidate
}

/** The pairs of a prompt; none before all of its responses are there. */
export function pairsOf({ round }: Curation, promptId: string): ModelPair[] {
  if (round.missing(promptId).length > 0) return []
  const pool = round.pool(promptId)
  return pool.flatMap((a, place) => {
    const b = pool[place + 1]
    return b && modelSideOf(a) === 'a' ? [{ a, b }] : []
  })
}

/** Nothing can be said of two equal responses: they are not shown. */
export const isEqual = ({ a, b }: ModelPair): boolean => a.text.trim() === b.text.trim()

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
    const selectionIds = selections.map(({ id }) => id)
    const after: After | undefined =
      selectionIds.length === 0 ? undefined : { selectionIds, reason: 'more' }
    selections.push(givenSelection([pair.a, pair.b], after))
  }
  return selections
}
