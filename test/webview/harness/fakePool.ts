// The pool of a fake task, and its map.
import type { PoolEntry, PoolMap, Task } from '../../../src/shared/curationViews'

/** The responses of a task, one more candidate, and one that each reason left out. */
export function poolOf(task: Task | undefined): PoolEntry[] {
  if (!task) return []
  const { responses, removed, selectionId } = task
  return [
    ...responses.map(({ candidateId, text }): PoolEntry => ({
      candidateId,
      text,
      outcome: 'selected',
    })),
    {
      candidateId: `${selectionId} other`,
      text: `Another answer to ${selectionId}`,
      outcome: 'kept',
    },
    ...removed.map(({ reason }): PoolEntry => ({
      candidateId: `${selectionId} ${reason}`,
      text: `${reason} of ${selectionId}`,
      outcome: reason,
    })),
  ]
}

/** All but those after the first that was left out have vectors. */
export function poolMapOf(task: Task | undefined): PoolMap {
  const embedded = poolOf(task).slice(0, (task?.responses.length ?? 0) + 2)
  const places = embedded.map(
    ({ candidateId }, index) => [candidateId, [index / 2 - 0.5, (index % 3) / 3 - 0.3]] as const,
  )
  return { share: 0.46, places: Object.fromEntries(places) }
}
