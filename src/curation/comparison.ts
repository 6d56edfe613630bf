// What is annotated: k texts under one prompt, shown for a decision.
import type { Preference, Prompt, Selection } from '../shared/domain'
import { failureError } from '../shared/errors'
import type { Curation } from './curation'

export interface ComparedText {
  /** What a preference calls it: the candidate's id. */
  id: string
  text: string
}

/** A selection is one kind; a pair of responses of two models under evaluation will be another. */
export interface Comparison {
  kind: 'selection'
  /** What annotations call it: the selection's id. */
  id: string
  prompt: Prompt
  texts: readonly ComparedText[]
}

/** null for a selection whose prompt the prompts file no longer holds. */
export function comparisonOf(curation: Curation, selection: Selection): Comparison | null {
  const prompt = curation.prompt(selection.promptId)
  if (!prompt) return null
  const texts = selection.candidateIds.map((id) => ({
    id,
    text: curation.store.candidates.candidate(id)?.text ?? '',
  }))
  return { kind: 'selection', id: selection.id, prompt, texts }
}

/** @throws FailureError `bad-input` for a ranking that does not name each text once. */
export function mustFit(preference: Preference, ids: readonly string[]): void {
  if (preference.kind !== 'ranking') return
  const ranked = preference.tiers.flat()
  const isComplete = ranked.length === ids.length && ids.every((id) => ranked.includes(id))
  if (!isComplete)
    throw failureError(
      'bad-input',
      'The ranking does not name each response of this selection once.',
      { remedy: 'Rank the responses shown.' },
    )
}
