// Which training run is news: one under way that no view had before.
import type { CurationView } from '../src/shared/editorProtocol'
import type { RunView } from '../src/shared/runProtocol'
import { isUnderWay } from './stage'

export class RunNews {
  /** null before the first view of a curation that could be read. */
  private seen: ReadonlySet<string> | null = null

  /** To be asked once for each view. */
  startedIn({ counts, runs }: CurationView): RunView | undefined {
    // not to be read now: it has no runs either, until it is corrected
    if (counts.prompts === 0) return undefined
    const { seen } = this
    this.seen = new Set([...(seen ?? []), ...runs.map(({ id }) => id)])
    return seen ? runs.find((run) => !seen.has(run.id) && isUnderWay(run)) : undefined
  }
}
