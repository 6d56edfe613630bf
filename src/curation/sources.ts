// Where the candidates of a curation come from.
import * as l10n from '@vscode/l10n'
import type { Counts } from '../shared/curationViews'
import type { Curation } from './curation'
import { generatorNames } from './engine'

/**
 * "SmolLM2-135M-Instruct", "imported responses", or both. A generator counts where it has sampled
 * candidates, or has some left to sample. Rounds after the first are named by their generators.
 */
export function candidateSources(
  { round, settings, store }: Curation,
  { candidates, candidatesWanted }: Pick<Counts, 'candidates' | 'candidatesWanted'>,
): string {
  if (round.number > 1) return generatorNames(settings)
  const generations = [...store.candidates.allGenerations()]
  const isImported = generations.some(({ sampling }) => sampling === null)
  const isSampled =
    generations.some(({ sampling }) => sampling !== null) || candidates < candidatesWanted
  return [
    ...(isSampled || !isImported ? [generatorNames(settings)] : []),
    ...(isImported ? [l10n.t('imported responses')] : []),
  ].join(', ')
}
