// Changes of the editor's state: what the host sends and how the webview applies it. Slices travel
// whole; of a run only the points that are new do.
import type { EditorState } from './editorProtocol'
import type { RunView } from './runProtocol'

/** Slices that are replaced as a whole. */
type Whole = Omit<EditorState, 'runs'>

/** One run without the points that the other side has. */
interface RunChange {
  run: RunView
  /** The points before this index stay as they are; those of `run` follow. */
  pointsFrom: number
}

export interface StateChanges extends Partial<Whole> {
  runs?: {
    /** The ids of all runs, in their order. */
    order: string[]
    changed: RunChange[]
  }
}

/** What turns `before` into `after`; null where nothing changed. */
export function changesBetween(before: EditorState, after: EditorState): StateChanges | null {
  const { runs: runsBefore, ...wholeBefore } = before
  const { runs: runsAfter, ...wholeAfter } = after
  const changes: StateChanges = Object.fromEntries(
    Object.entries(wholeAfter).filter(
      ([name, slice]) => !isSame(slice, wholeBefore[name as keyof Whole]),
    ),
  )
  const runs = runChanges(runsBefore, runsAfter)
  if (runs) changes.runs = runs
  return Object.keys(changes).length === 0 ? null : changes
}

export function withChanges(state: EditorState, { runs, ...whole }: StateChanges): EditorState {
  return { ...state, ...whole, ...(runs ? { runs: withRunChanges(state.runs, runs) } : {}) }
}

function runChanges(
  before: readonly RunView[],
  after: readonly RunView[],
): StateChanges['runs'] | null {
  const known = new Map(before.map((run) => [run.id, run]))
  const changed = after.flatMap((run) => runChange(known.get(run.id), run) ?? [])
  const order = after.map(({ id }) => id)
  const isOrderSame = isSame(
    order,
    before.map(({ id }) => id),
  )
  return changed.length === 0 && isOrderSame ? null : { order, changed }
}

function runChange(before: RunView | undefined, after: RunView): RunChange | null {
  const pointsFrom = samePoints(before?.points ?? [], after.points)
  const points = after.points.slice(pointsFrom)
  const isRestSame =
    before !== undefined && isSame({ ...before, points: [] }, { ...after, points: [] })
  if (isRestSame && points.length === 0 && before.points.length === pointsFrom) return null
  return { run: { ...after, points }, pointsFrom }
}

/**
 * How many points at the beginning are the same. Points are appended; a run that resumes cuts off
 * those after its checkpoint. The search goes back from the end and stops at the first equal one.
 */
function samePoints(before: RunView['points'], after: RunView['points']): number {
  let length = Math.min(before.length, after.length)
  while (length > 0 && !isSame(before[length - 1], after[length - 1])) length--
  return length
}

function withRunChanges(
  before: readonly RunView[],
  { order, changed }: NonNullable<StateChanges['runs']>,
): RunView[] {
  const known = new Map(before.map((run) => [run.id, run]))
  for (const { run, pointsFrom } of changed) {
    const points = known.get(run.id)?.points.slice(0, pointsFrom) ?? []
    known.set(run.id, { ...run, points: [...points, ...run.points] })
  }
  return order.flatMap((id) => known.get(id) ?? [])
}

/** Both are plain data, made by the same code: their keys come in the same order. */
const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other)
