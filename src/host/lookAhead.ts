// Keeps the next selections of an editor ready where a rule learns from labels. Nobody waits for
// them: they are made after a decision was answered, in the engine.
// Invariant I24.
import { Coalesced } from '../async/coalesced'
import { nextTurn } from '../async/nextTurn'
import type { Curation } from '../curation/curation'
import type { Engine } from '../curation/engine'
import { selectAhead, selectNow } from '../curation/learning/selectAhead'
import type { Task, TaskRequest } from '../shared/curationViews'
import { isAbort, toFailure } from '../shared/errors'
import type { DocumentWindow } from './documentServices'
import type { WorkSlot } from './work'

export class LookAhead {
  private shown: string | null = null
  private stopping = new AbortController()
  private readonly work = new Coalesced(() => this.select())

  constructor(
    private readonly services: {
      engine: Engine
      window: Pick<DocumentWindow, 'isTrusted'>
    },
    private readonly opened: { readonly current: Curation | null },
    private readonly slot: Pick<WorkSlot, 'showFailure'>,
  ) {}

  /** Selects for the prompts after the one that is shown. */
  request(shown: Task | null = null): void {
    if (shown) this.shown = shown.promptId
    if (this.curation) this.work.request()
  }

  /**
   * Selects from the pool of the prompt that is asked for by its place, if nothing was selected
   * from it yet.
   */
  async reach(request: TaskRequest): Promise<void> {
    const { curation } = this
    if (request.go !== 'to' || !curation) return
    await this.attempt(() =>
      selectNow(curation, this.services.engine, request.position, { signal: this.stopping.signal }),
    )
  }

  /** Resolves when nothing is being selected. */
  async stopped(): Promise<void> {
    this.stopping.abort()
    await this.work.settled()
    this.stopping = new AbortController()
  }

  dispose(): void {
    this.stopping.abort()
  }

  /** null where nothing is to be selected ahead. */
  private get curation(): Curation | null {
    const { current } = this.opened
    return this.services.window.isTrusted() && current?.round.isJustInTime === true ? current : null
  }

  private async select(): Promise<void> {
    await nextTurn()
    const { curation, shown } = this
    const { signal } = this.stopping
    if (curation)
      await this.attempt(() => selectAhead(curation, this.services.engine, { shown, signal }))
  }

  private async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      if (!isAbort(thrown)) this.slot.showFailure(toFailure(thrown))
    }
  }
}
