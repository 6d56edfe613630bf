// How far a round of a curation has come, in numbers.
import type { Counts } from '../shared/curationViews'
import type { Curation } from './curation'
import { countDue } from './learning/due'
import type { LeftOutGap, Round } from './round'

export function countsOf(curation: Curation): Counts {
  const { settings, round, store, annotator } = curation
  const selections = round.selections()
  const orphans = curation.orphans
  const gaps = round.gaps()
  const standing = store.annotations.standing(annotator)
  const another = round.countAnother()
  const due = countDue(round)
  const further = selections.filter(({ after }) => after).length + due.another
  return {
    prompts: round.prompts.length,
    ...candidateCounts(round, gaps),
    cutOff: round.cutOff(),
    selected: selections.length,
    ...(round.isJustInTime ? { due: due.first + due.another } : {}),
    annotated: selections.reduce((sum, { id }) => sum + Number(standing.has(id)), 0),
    leftOut: new Set(gaps.map(({ promptId }) => promptId)).size,
    another: another.more,
    anotherForAllBad: another.allBad,
    ...curation.dataSet.counts(),
    budget: Math.min(settings.annotation.budget, round.prompts.length + further),
    ...(orphans ? { orphans } : {}),
  }
}

/** Counts the prompts that the file has now; pools that are larger than `n` stay as they are. */
export function candidateCounts(
  round: Round,
  gaps: readonly LeftOutGap[] = round.gaps(),
): Pick<Counts, 'candidates' | 'candidatesWanted'> {
  let candidates = 0
  let missing = 0
  for (const size of round.poolSizes()) {
    candidates += size
    missing += Math.max(0, round.settings.sampling.n - size)
  }
  for (const gap of gaps) missing -= gap.missing
  return { candidates, candidatesWanted: candidates + missing }
}
