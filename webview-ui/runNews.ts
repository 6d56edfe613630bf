// Which training run is news: one under way that no earlier state of the curation had.
import type { EditorState } from '../src/shared/editorProtocol'
import type { RunView } from '../src/shared/runProtocol'
import { isUnderWay } from './stage'

export class RunNews {
  /** null before the first state of a curation that was read. */
  private seen: ReadonlySet<string> | null = null

  /** Call it once for each state. */
  startedIn({ counts, runs }: EditorState): RunView | undefined {
    if (!counts) return undefined
    const { seen } = this
    this.seen = new Set([...(seen ?? []), ...runs.map(({ id }) => id)])
    return seen ? runs.find((run) => !seen.has(run.id) && isUnderWay(run)) : undefined
  }
}
