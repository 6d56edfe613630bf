// When the host sends a task again, equal parts keep their identity, so that nothing is computed or
// drawn twice.
import type { Task } from '../src/shared/curationViews'

export function keepEqual(before: Task | null, after: Task | null): Task | null {
  if (!before || !after) return after
  const kept = <T>(old: T, fresh: T): T =>
    JSON.stringify(old) === JSON.stringify(fresh) ? old : fresh
  return kept(before, {
    ...after,
    prompt: kept(before.prompt, after.prompt),
    responses: kept(before.responses, after.responses),
  })
}
