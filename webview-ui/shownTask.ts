// The task on the screen: shown, announced, its pool loaded.
import type { Edit } from '../src/shared/domain'
import type { Task } from '../src/shared/curationViews'
import type { Host } from './channel'
import type { Memory } from './memory'
import { describe, shownOrder } from './preferences'
import { keepEqual } from './sameTask'
import type { Store } from './state'
import type { Stopwatch } from './stopwatch'
import { strings } from './strings'

/** A selection that the host pushed takes no label before the user can have seen it. */
const UNSEEN_MS = 200

export class ShownTask {
  private cameByItself = false

  constructor(
    private readonly host: Host,
    private readonly store: Store,
    private readonly memory: Memory,
    private readonly stopwatch: Stopwatch,
  ) {}

  /** @param lead what led to it: announced, unless it is empty and the task is the same. */
  show(task: Task | null, lead: string): void {
    const { state } = this.store
    const same = task !== null && task.selectionId === state.task?.selectionId
    if (!same) {
      this.stopwatch.restart()
      this.cameByItself = false
    }
    if (state.evaluation === null)
      this.memory.shown = task && { selectionId: task.selectionId, position: task.position }
    this.store.update({
      task: keepEqual(state.task, task),
      note: task ? (this.memory.draft(task.selectionId) ?? task.note) : '',
      edit: task && this.editOf(task),
      ...(same
        ? {}
        : { noteOpen: false, editPhase: 'closed', ranking: task && this.rankingOf(task) }),
    })
    if (!same || lead !== '') this.say(lead)
    void this.loadPool()
  }

  /**
   * Shows a task that the host pushed. If the user was waiting for one, the status of the last
   * label stays.
   */
  arrive(task: Task | null): void {
    const { task: shown, status } = this.store.state
    const isOther = task !== null && task.selectionId !== shown?.selectionId
    this.show(task, shown === null ? status.shown : isOther ? strings.decision.changed : '')
    this.cameByItself ||= isOther
  }

  /** Whether the host pushed the selection less than {@link UNSEEN_MS} ago. */
  isUnseen(): boolean {
    return this.cameByItself && this.stopwatch.milliseconds() < UNSEEN_MS
  }

  say(lead: string): void {
    const { task } = this.store.state
    const place = task ? strings.task.place(task.position, task.total) : ''
    const before = task?.preference
      ? strings.decision.decided(describe(task.preference, shownOrder(task), task.edit !== null))
      : ''
    this.store.update({
      status: {
        shown: lead,
        announced: [lead, place, before].filter((part) => part !== '').join(' '),
      },
    })
  }

  /** The saved unfinished ranking, if the task still has all of its candidates. */
  private rankingOf({ selectionId, responses }: Task): string[] | null {
    const ranked = this.memory.ranking(selectionId)
    const isKnown = (id: string): boolean => responses.some(({ candidateId }) => candidateId === id)
    return ranked?.every(isKnown) ? ranked : null
  }

  /** The edit that is not saved, if the task still has its candidate. */
  private editOf({ selectionId, responses }: Task): Edit | null {
    const edit = this.memory.edit(selectionId)
    return responses.some(({ candidateId }) => candidateId === edit?.candidateId) ? edit : null
  }

  /** Requests the pool if it is shown; an answer for an earlier task is ignored. */
  async loadPool(): Promise<void> {
    const { task, display, pool } = this.store.state
    if (!task || !display.poolShown || pool?.selectionId === task.selectionId) return
    const { selectionId } = task
    try {
      const entries = await this.host.request('pool', { selectionId })
      if (this.store.state.task?.selectionId !== selectionId) return
      this.store.update({ pool: { selectionId, entries, map: null } })
      await this.loadMap(selectionId)
    } catch (thrown) {
      this.store.fail(strings.failure.notDone, thrown, () => void this.loadPool())
    }
  }

  /** After the list, which does not wait for it. */
  private async loadMap(selectionId: string): Promise<void> {
    try {
      const map = await this.host.request('poolMap', { selectionId })
      const { pool } = this.store.state
      if (pool?.selectionId === selectionId) this.store.update({ pool: { ...pool, map } })
    } catch (thrown) {
      this.store.fail(strings.failure.notDone, thrown, () => void this.loadMap(selectionId))
    }
  }
}
