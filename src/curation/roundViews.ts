// What people see of the rounds of a curation.
import * as l10n from '@vscode/l10n'
import { countedPrompts } from '../core/counted'
import type { RoundView } from '../shared/curationViews'
import { candidateCounts } from './counts'
import type { Curation } from './curation'
import { generatorNames } from './engine'

/** The first one first; none where there is only one: the counts say the same. */
export function roundViews({ rounds, round, store, annotator }: Curation): RoundView[] {
  if (rounds.length === 1) return []
  const standing = store.annotations.standing(annotator)
  return rounds.map((one) => {
    const selections = one.selections()
    return {
      number: one.number,
      generator: generatorNames(one.settings),
      run: one.run,
      prompts: one.prompts.length,
      ...candidateCounts(one),
      selected: selections.length,
      annotated: selections.filter(({ id }) => standing.has(id)).length,
      isShown: one === round,
    }
  })
}

/** "Round 2, from 2026-11-26-dpo: 16 prompts, 128 of 128 candidates, 16 selected." */
export const roundSentence = (view: RoundView): string =>
  l10n.t`Round ${view.number}, from ${view.generator}: ${countedPrompts(view.prompts)}, ${view.candidates} of ${view.candidatesWanted} candidates, ${view.selected} selected.`
