// The extension host as the webview knows it, made from the protocol's types: keeps tasks, records
// what was asked, fails and waits on demand.
import { FailureError, type Failure } from '../../../src/shared/errors'
import type {
  CurationView,
  EditorHostSide,
  EditorWebviewSide,
  PoolEntry,
  Task,
  TaskRequest,
} from '../../../src/shared/editorProtocol'
import { connect, type Peer, type RequestHandlers, type Transport } from '../../../src/shared/rpc'

type Requests = EditorHostSide['requests']
type Method = keyof Requests
export type Annotate = Requests['annotate'][0]

export class FakeHost {
  /** What the webview asked for, in order. */
  readonly asked: { [M in Method]: { method: M; params: Requests[M][0] } }[Method][] = []
  private readonly decided: Task[] = []
  private readonly failures = new Map<Method, Failure>()
  private readonly gates = new Map<Method, Promise<void>>()
  private webview: Peer<EditorWebviewSide> | null = null

  /** `clamps`: beyond the ends lie the first and last selection, instead of nothing. */
  constructor(
    private view: CurationView,
    private tasks: Task[],
    private readonly options: { clamps?: boolean } = {},
  ) {}

  connect(transport: Transport): void {
    this.webview = connect<EditorHostSide, EditorWebviewSide>(transport, this.handlers(), {})
  }

  /** The next request of this kind fails. */
  failNext(method: Method, failure: Failure): void {
    this.failures.set(method, failure)
  }

  /** Requests of this kind wait until the function returned is called. */
  hold(method: Method): () => void {
    let open: () => void = () => undefined
    this.gates.set(method, new Promise((resolve) => (open = resolve)))
    return () => {
      this.gates.delete(method)
      open()
    }
  }

  /** Changes the curation and tells the webview. */
  tell(change: Partial<CurationView>): void {
    this.view = { ...this.view, ...change }
    this.webview?.notify('view', this.view)
  }

  /** Selections appeared or were made anew. */
  replaceTasks(tasks: Task[]): void {
    this.tasks = tasks
    this.webview?.notify('tasksChanged', null)
  }

  annotations(): Annotate[] {
    return this.asked.flatMap((request) => (request.method === 'annotate' ? [request.params] : []))
  }

  actions(): Requests['act'][0][] {
    return this.asked.flatMap((request) => (request.method === 'act' ? [request.params] : []))
  }

  private handlers(): RequestHandlers<Requests> {
    return {
      ready: (params) =>
        this.answer('ready', params, () => ({ view: this.view, task: this.nextOpen() })),
      task: (params) => this.answer('task', params, () => this.find(params)),
      pool: (params) =>
        this.answer('pool', params, () =>
          poolOf(this.tasks.find(({ selectionId }) => selectionId === params.selectionId)),
        ),
      annotate: (params) => this.answer('annotate', params, () => this.annotate(params)),
      undo: (params) => this.answer('undo', params, () => this.undo()),
      act: (params) => this.answer('act', params, () => null),
    }
  }

  private async answer<M extends Method>(
    method: M,
    params: Requests[M][0],
    result: () => Requests[M][1],
  ): Promise<Requests[M][1]> {
    this.asked.push({ method, params } as FakeHost['asked'][number])
    await this.gates.get(method)
    const failure = this.failures.get(method)
    this.failures.delete(method)
    if (failure) throw new FailureError(failure)
    return result()
  }

  private nextOpen(from?: string): Task | null {
    const start = this.tasks.findIndex(({ selectionId }) => selectionId === from) + 1
    return (
      [...this.tasks.slice(start), ...this.tasks.slice(0, start)].find(
        ({ preference }) => preference === null,
      ) ?? null
    )
  }

  private find(request: TaskRequest): Task | null {
    switch (request.go) {
      case 'next-open':
        return this.nextOpen(request.from)
      case 'to':
        return (
          this.tasks.find(({ position }) => position >= request.position) ??
          this.tasks.at(-1) ??
          null
        )
      case 'next':
      case 'previous': {
        const from = this.tasks.findIndex(({ selectionId }) => selectionId === request.from)
        const there = this.tasks[from + (request.go === 'next' ? 1 : -1)]
        return there ?? (this.options.clamps ? this.tasks[from] : null) ?? null
      }
    }
  }

  private annotate({ selectionId, preference, milliseconds, note, next }: Annotate): Task | null {
    const task = this.tasks.find((one) => one.selectionId === selectionId)
    if (!task)
      throw new FailureError({ code: 'not-found', message: `No selection ${selectionId}.` })
    task.preference = preference
    task.milliseconds = milliseconds
    task.note = note
    this.decided.push(task)
    this.recount()
    return this.find(next)
  }

  private undo(): Task | null {
    const task = this.decided.pop()
    if (!task) return null
    task.preference = null
    this.recount()
    return task
  }

  private recount(): void {
    const decided = this.tasks.flatMap(({ preference }) => (preference ? [preference] : []))
    const pairs = decided.filter(({ kind }) => kind === 'ranking').length
    this.tell({ counts: { ...this.view.counts, annotated: decided.length, pairs } })
  }
}

/** The responses of a task, one more candidate, and one that each reason left out. */
function poolOf(task: Task | undefined): PoolEntry[] {
  if (!task) return []
  const { responses, removed, selectionId } = task
  return [
    ...responses.map(({ candidateId, text }): PoolEntry => ({
      candidateId,
      text,
      fate: 'selected',
    })),
    { candidateId: `${selectionId} other`, text: `Another answer to ${selectionId}`, fate: 'kept' },
    ...removed.map(({ reason }): PoolEntry => ({
      candidateId: `${selectionId} ${reason}`,
      text: `${reason} of ${selectionId}`,
      fate: reason,
    })),
  ]
}
