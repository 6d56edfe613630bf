// Requests to the host. At most one request that changes the task is pending; failed ones can be
// retried.
import type { Edit, Preference } from '../src/shared/domain'
import type { Task, TaskRequest } from '../src/shared/curationViews'
import type { EditorHostSide } from '../src/shared/editorProtocol'
import type { Host } from './channel'
import type { Memory } from './memory'
import { shownOrder } from './preferences'
import type { ShownTask } from './shownTask'
import type { State, Store } from './state'

type Requests = EditorHostSide['requests']

/** What was decided, and how long that took. */
interface Made {
  preference: Preference
  edit: Edit | null
  milliseconds: number
}

export class HostRequests {
  /** A task that the host sent while a request was under way. */
  private waiting: { task: Task | null } | null = null
  private pending: Promise<void> = Promise.resolve()

  constructor(
    private readonly host: Host,
    private readonly store: Store,
    private readonly memory: Memory,
    private readonly shown: ShownTask,
  ) {}

  ask<M extends keyof Requests>(method: M, params: Requests[M][0]): Promise<Requests[M][1]> {
    return this.host.request(method, params)
  }

  /** Saves the label with the current note. @returns the task that `next` asks for. */
  async annotate(
    task: Task,
    { preference, edit, milliseconds }: Made,
    next: TaskRequest,
  ): Promise<Task | null> {
    const { selectionId } = task
    const { note } = this.store.state
    const answer = await this.ask('annotate', {
      selectionId,
      preference,
      ...(edit ? { edit } : {}),
      milliseconds,
      shownOrder: shownOrder(task),
      note,
      next,
    })
    this.memory.forgetDraft(selectionId)
    return answer
  }

  /**
   * Runs a request that changes the task, unless one is under way. A failure leaves task, note and
   * ranking as they are.
   */
  change(
    busy: NonNullable<State['busy']>,
    lead: string,
    retry: () => void,
    request: () => Promise<void>,
  ): Promise<void> {
    if (!this.store.state.busy) this.pending = this.changeNow(busy, lead, retry, request)
    return this.pending
  }

  /** Resolves when no request that changes the task is pending. */
  settled(): Promise<void> {
    return this.pending
  }

  private async changeNow(
    busy: NonNullable<State['busy']>,
    lead: string,
    retry: () => void,
    request: () => Promise<void>,
  ): Promise<void> {
    this.store.update({ busy, problem: null })
    try {
      await request()
      this.waiting = null // older than the answer
      this.store.update({ busy: null })
    } catch (thrown) {
      this.store.update({ busy: null })
      this.store.fail(lead, thrown, retry)
    }
    if (this.waiting) this.takeTask(this.waiting.task)
  }

  /** Shows a task that the host pushed, unless a request is pending: its answer is newer. */
  takeTask(task: Task | null): void {
    this.waiting = this.store.state.busy ? { task } : null
    if (!this.waiting) this.shown.arrive(task)
  }
}
