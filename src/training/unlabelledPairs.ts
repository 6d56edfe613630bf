// Pairs of candidates that were selected and that nobody has compared.
import { differingPairs, lastOfEach, type PreferencePair, pairKey } from '../core/annotation/pairs'
import { isCutOff } from '../core/export/format'
import type { Curation } from '../curation/curation'
import type { NamedAnnotators } from '../curation/dataSet/comparisons'
import type { Candidate, Prompt } from '../shared/domain'

export interface PromptedPair extends PreferencePair<Candidate> {
  prompt: Prompt
}

/**
 * All pairs of each selection that nobody has annotated, in the order of the selection: `chosen` is
 * the first of the two, which says nothing of them. Without responses that are equal or were cut
 * off, and without pairs that an annotator has compared in another selection.
 */
export function unlabelledPairs(
  { comparisons }: Curation,
  {
    rounds,
    annotators,
  }: { rounds?: readonly number[] | undefined; annotators?: NamedAnnotators | undefined },
): PromptedPair[] {
  const keyOf = (pair: PromptedPair): string => `${pair.prompt.id} ${pairKey(pair)}`
  const labelled = new Set(comparisons.pairs(rounds, annotators).map(keyOf))
  const pairs = comparisons
    .unlabelled(rounds)
    .flatMap(({ prompt, candidates }) =>
      differingPairs(candidates.filter((candidate) => !isCutOff(candidate))).map(
        ([chosen, rejected]) => ({ prompt, chosen, rejected }),
      ),
    )
  return [...lastOfEach(pairs, keyOf)].filter((pair) => !labelled.has(keyOf(pair)))
}
