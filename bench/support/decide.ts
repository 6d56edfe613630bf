// A decision in a bench, as an editor sends it.
import type { Curation } from '../../src/curation/curation'
import { annotate } from '../../src/curation/labelling/annotate'
import type { Task } from '../../src/shared/curationViews'

/** Ranks the responses as they are shown. Resolves when the annotation is on disk. */
export async function rankAsShown(curation: Curation, task: Task): Promise<void> {
  const ids = task.responses.map(({ candidateId }) => candidateId)
  await annotate(curation, {
    selectionId: task.selectionId,
    preference: { kind: 'ranking', tiers: ids.map((id) => [id]) },
    milliseconds: 1000,
    shownOrder: ids,
    note: '',
  })
}
