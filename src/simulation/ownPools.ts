// The pools of a curation as judged responses: by the scores of imported candidates, else by the
// labels of all annotators.
import * as l10n from '@vscode/l10n'
import { outcomesOf } from '../core/annotation/tiers'
import { embeddablePrompt } from '../core/selection/embeddablePrompt'
import { type Judged, judgementOf } from '../core/simulation/judgement'
import { isDecided } from '../core/simulation/report'
import type { Curation } from '../curation/curation'
import type { AnnotatedComparison } from '../curation/dataSet/comparisons'
import type { Candidate } from '../shared/domain'
import { failureError } from '../shared/errors'
import { FEWEST_PROMPTS, type JudgedPrompt } from './judgedPool'

/**
 * Prompts whose judged responses leave a rule a choice: more than k. Opinions of judges play no
 * part.
 * @throws FailureError `bad-input` where too few prompts have so many, which says what would help.
 */
export function ownPools(curation: Curation, k: number): JudgedPrompt[] {
  const comparisons = new Map<string, AnnotatedComparison[]>()
  for (const comparison of curation.comparisons.shown([curation.round.number]))
    comparisons.set(comparison.prompt.id, [
      ...(comparisons.get(comparison.prompt.id) ?? []),
      comparison,
    ])
  const pools = curation.round.prompts.flatMap((prompt): JudgedPrompt[] => {
    const judged =
      byScores(curation.round.pool(prompt.id)) ?? byLabels(comparisons.get(prompt.id) ?? [])
    return judged && isDecided(judged) ? [{ prompt: embeddablePrompt(prompt).text, ...judged }] : []
  })
  const usable = pools.filter(({ texts }) => texts.length > k)
  if (usable.length >= FEWEST_PROMPTS) return usable
  throw failureError(
    'bad-input',
    l10n.t`The labels of this curation cannot tell: a rule has a choice only where more than ${k} responses to a prompt are judged. Judged prompts of which that holds: ${usable.length} of ${pools.length}; a simulation needs ${FEWEST_PROMPTS}.`,
    {
      remedy: l10n.t(
        'Choose a file of judged responses, import candidates with scores, or label further selections of the same pools.',
      ),
    },
  )
}

/** null where fewer than two candidates have a score. */
function byScores(pool: readonly Candidate[]): Judged | null {
  const scored = pool.filter(({ score }) => score !== undefined)
  return scored.length < 2 ? null : judged({}, scored)
}

/** Each preference of an annotator votes for each two candidates that it compares. */
function byLabels(comparisons: readonly AnnotatedComparison[]): Judged | null {
  const candidates = [
    ...new Map(
      comparisons.flatMap((one) => one.candidates.map((each) => [each.id, each])),
    ).values(),
  ]
  const votes = comparisons.flatMap(({ preferences }) =>
    candidates.flatMap((first, a) =>
      candidates.slice(a + 1).flatMap((second, offset) => {
        const b = a + 1 + offset
        return outcomesOf(preferences, first.id, second.id).map((outcome) => ({
          a,
          b,
          winner: outcome > 0 ? a : outcome < 0 ? b : null,
        }))
      }),
    ),
  )
  return votes.length === 0 ? null : judged({ votes }, candidates)
}

function judged(row: object, candidates: readonly Candidate[]): Judged | null {
  const judgement = judgementOf(row, candidates)
  return 'why' in judgement ? null : judgement
}
