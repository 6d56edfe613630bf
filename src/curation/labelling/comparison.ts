// What is annotated: k texts under one prompt, shown for a decision.
import * as l10n from '@vscode/l10n'
import type { Candidate, Edit, Preference, Prompt, Selection } from '../../shared/domain'
import { failureError } from '../../shared/errors'
import type { Curation } from '../curation'

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

export interface SelectionComparison extends Comparison {
  texts: readonly Candidate[]
}

/** null for a selection whose prompt or candidates are no longer there. */
export function comparisonOf(curation: Curation, selection: Selection): SelectionComparison | null {
  const { id, promptId, candidateIds } = selection
  const prompt = curation.prompt(promptId)
  const texts = candidateIds.flatMap((each) => curation.store.candidates.candidate(each) ?? [])
  if (!prompt || texts.length < candidateIds.length) return null
  return { kind: 'selection', id, prompt, texts }
}

/** @throws FailureError `bad-input` for a ranking that does not name each text once. */
export function mustFit(preference: Preference, ids: readonly string[]): void {
  if (preference.kind !== 'ranking') return
  const ranked = preference.tiers.flat()
  const isComplete = ranked.length === ids.length && ids.every((id) => ranked.includes(id))
  if (!isComplete)
    throw failureError(
      'bad-input',
      l10n.t('The ranking does not name each response of this selection once.'),
      { remedy: l10n.t('Rank the responses shown.') },
    )
}

/** @throws FailureError `bad-input` for an edit beside a skip, of another text, or empty. */
export function mustEdit(edit: Edit, preference: Preference, ids: readonly string[]): void {
  const isOne = ids.includes(edit.candidateId) && edit.text.trim() !== ''
  if (isOne && preference.kind !== 'skip') return
  throw failureError(
    'bad-input',
    l10n.t('The edit is not of a response of this selection, or has no text.'),
    { remedy: l10n.t('Edit one of the responses shown.') },
  )
}
