// Decisions as a person at the editor makes them.
import { annotate } from '../../../../src/curation/labelling/annotate'
import type { Curation } from '../../../../src/curation/curation'
import { findTask } from '../../../../src/curation/labelling/tasks'
import type { Edit, Preference, Selection } from '../../../../src/shared/domain'
import type { Task } from '../../../../src/shared/curationViews'

export function openTask(curation: Curation): Task {
  const task = findTask(curation, { go: 'next-open' })
  if (!task) throw new Error('no open task')
  return task
}

export function taskAt(curation: Curation, position: number): Task {
  const task = findTask(curation, { go: 'to', position })
  if (!task) throw new Error('no task')
  return task
}

/** The response at this place before the others. */
export function best(task: Task, place = 0): Preference {
  const ids = task.responses.map(({ candidateId }) => candidateId)
  return { kind: 'ranking', tiers: [[ids[place] ?? ''], ids.filter((_, i) => i !== place)] }
}

/** The data set follows in the background. */
export function decide(
  curation: Curation,
  task: Task,
  preference: Preference = best(task),
  edit?: Edit,
): Promise<void> {
  const shownOrder = task.responses.map(({ candidateId }) => candidateId)
  const decision = { selectionId: task.selectionId, milliseconds: 10, shownOrder, note: '' }
  return annotate(curation, { ...decision, preference, ...(edit ? { edit } : {}) })
}

/** Ranks the candidates in the order of the selection. */
export function rank(curation: Curation, { id, candidateIds }: Selection): Promise<void> {
  return annotate(curation, {
    selectionId: id,
    preference: { kind: 'ranking', tiers: candidateIds.map((each) => [each]) },
    milliseconds: 1,
    shownOrder: candidateIds,
    note: '',
  })
}
