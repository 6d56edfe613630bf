// What the labels of a curation say together.
import { agreement, countKinds, median, shownFirst } from '../../core/annotation/statistics'
import type { Annotation } from '../../shared/domain'
import type { LabelStatistics } from '../../shared/reviewProtocol'
import type { Curation } from '../curation'
import type { Round } from '../round'

/**
 * Counts the labels of one annotator; pairs and agreement are those of all annotators.
 * @param rounds whose selections count; pairs are those of all rounds.
 */
export function labelStatistics(
  curation: Curation,
  annotator = curation.annotator,
  rounds: readonly Round[] = [curation.round],
): Omit<LabelStatistics, 'strengths' | 'judges'> {
  const { store, dataSet } = curation
  const shown = new Set(rounds.flatMap((round) => round.selections().map(({ id }) => id)))
  const standingOf = (name: string): Map<string, Annotation> =>
    new Map([...store.annotations.standing(name)].filter(([id]) => shown.has(id)))
  const own = [...standingOf(annotator).values()]
  const sizes = new Set(own.map(({ shownOrder }) => shownOrder.length))
  const [k = 0] = sizes.size === 1 ? sizes : []
  const { pairs, longerChosen } = dataSet.counts()
  return {
    labels: countKinds(own.map(({ preference }) => preference)),
    edited: own.filter(({ edit }) => edit !== undefined).length,
    longer: { count: longerChosen, of: pairs },
    first: shownFirst(own),
    k,
    medianMilliseconds: median(
      own.map(({ milliseconds }) => milliseconds).filter((milliseconds) => milliseconds > 0),
    ),
    agreement: agreements(store.annotations.annotators, standingOf),
  }
}

/** The agreement of each two annotators that decided on the same selections. */
function agreements(
  annotators: readonly string[],
  standingOf: (annotator: string) => ReadonlyMap<string, Annotation>,
): LabelStatistics['agreement'] {
  const standing = annotators.map(standingOf)
  return annotators.flatMap((one, place) =>
    annotators.slice(place + 1).flatMap((other, offset) => {
      const same = agreement(
        standing[place] ?? new Map(),
        standing[place + 1 + offset] ?? new Map(),
      )
      return same.of === 0 ? [] : [{ annotators: [one, other] as [string, string], same }]
    }),
  )
}
