// How far a curation has come, in numbers.
import type { Counts } from '../shared/editorProtocol'
import type { Curation } from './curation'
import { orphansOf } from './orphans'

export function countsOf(curation: Curation): Counts {
  const { settings, prompts, round, store, annotator } = curation
  const selections = round.selections()
  const orphans = orphansOf(curation)
  const standing = store.annotations.standing(annotator)
  const another = round.countAnother()
  const further = selections.filter(({ after }) => after).length
  return {
    prompts: prompts.length,
    ...candidateCounts(curation),
    cutOff: round.cutOff(),
    selected: selections.length,
    annotated: selections.reduce((sum, { id }) => sum + Number(standing.has(id)), 0),
    another: another.more,
    anotherForAllBad: another.allBad,
    ...curation.dataSet.counts(),
    budget: Math.min(settings.annotation.budget, prompts.length + further),
    ...(orphans ? { orphans } : {}),
  }
}

/** Of the prompts that the file has now; pools that are larger than `n` stay as they are. */
function candidateCounts({
  prompts,
  round,
  settings,
}: Curation): Pick<Counts, 'candidates' | 'candidatesWanted'> {
  const sizes = round.poolSizes()
  let candidates = 0
  let missing = 0
  for (const [place, { id }] of prompts.entries()) {
    const size = sizes[place] ?? 0
    candidates += size
    if (!round.unsampled.has(id)) missing += Math.max(0, settings.sampling.n - size)
  }
  return { candidates, candidatesWanted: candidates + missing }
}
