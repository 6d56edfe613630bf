// The extension host as the webview knows it: the real panel over a curation in memory. Records
// what was asked, fails and waits on demand.
import { destination } from '../../../src/core/annotation/navigation'
import { Emitter } from '../../../src/host/emitter'
import {
  EditorPanel,
  type PanelCuration,
  type PanelSource,
  type PanelTasks,
} from '../../../src/host/editor/panel'
import type { Counts, RecentDecision, Task, Undone } from '../../../src/shared/curationViews'
import type { EditorHostSide, EditorState } from '../../../src/shared/editorProtocol'
import type { LabelStatistics, ReviewRow, ShownAnalysis } from '../../../src/shared/reviewProtocol'
import { type Failure, failureError, FailureError } from '../../../src/shared/errors'
import type { Transport, Wire } from '../../../src/shared/rpc'
import { poolMapOf, poolOf } from './fakePool'

type Requests = EditorHostSide['requests']
type Method = keyof Requests
export type Annotate = Requests['annotate'][0]
type Asked = { [M in Method]: { method: M; params: Requests[M][0] } }[Method]

const NO_STATISTICS: LabelStatistics = {
  judges: [],
  labels: { ranking: 0, tie: 0, allBad: 0, skip: 0 },
  longer: { count: 0, of: 0 },
  first: { count: 0, of: 0 },
  k: 2,
  edited: 0,
  medianMilliseconds: null,
  agreement: [],
  strengths: [],
}

export class FakeHost {
  /** What the webview asked for, in order. */
  readonly asked: Asked[] = []
  /** What the webview was told by itself, in order. */
  readonly told: string[] = []
  /** What the labels say together: not computed here. */
  statistics: LabelStatistics = NO_STATISTICS
  /** What a model says of the labels: not computed here. */
  analysis: ShownAnalysis | null = null
  /** Rows of prompts without a selection. */
  leftOut: ReviewRow[] = []
  /** Of evaluations, by id. */
  readonly pairs = new Map<string, PanelTasks>()
  private readonly decided: Task[] = []
  private readonly failures = new Map<string, Failure>()
  private readonly gates = new Map<string, Promise<void>>()
  private readonly stateChanged = new Emitter<void>()
  private readonly tasksChanged = new Emitter<void>()
  /** Why the curation cannot be opened. */
  private broken: Failure | null = null

  constructor(
    private state: EditorState,
    private tasks: Task[],
  ) {}

  connect(transport: Transport): void {
    new EditorPanel(this.source(), this.watched(transport))
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

  /** Changes slices of the state. */
  tell(change: Partial<EditorState>): void {
    this.state = { ...this.state, ...change }
    this.stateChanged.fire()
  }

  count(counts: Partial<Counts>): void {
    if (this.state.counts) this.tell({ counts: { ...this.state.counts, ...counts } })
  }

  /** The curation file, or its prompts, cannot be read any more. */
  break(failure: Failure): void {
    this.broken = failure
    const file = { ...this.state.file, phase: 'broken' as const }
    this.tell({ file, obstacle: { failure, isPast: false } })
    this.tasksChanged.fire()
  }

  mend(change: Partial<EditorState> = {}): void {
    this.broken = null
    this.tell({ file: { ...this.state.file, phase: 'open' }, obstacle: null, ...change })
    this.tasksChanged.fire()
  }

  /** Selections appeared or were made anew. */
  replaceTasks(tasks: Task[]): void {
    this.tasks = tasks
    this.tasksChanged.fire()
  }

  annotations(): Annotate[] {
    return this.asked.flatMap((request) => (request.method === 'annotate' ? [request.params] : []))
  }

  actions(): Requests['act'][0][] {
    return this.asked.flatMap((request) => (request.method === 'act' ? [request.params] : []))
  }

  private source(): PanelSource {
    const curation: PanelCuration = {
      task: (request) =>
        destination(this.tasks, request, {
          id: ({ selectionId }) => selectionId,
          position: ({ position }) => position,
          isOpen: ({ preference }) => preference === null,
        }) ?? null,
      pool: (id) => poolOf(this.task(id)),
      poolMap: (id) => Promise.resolve(poolMapOf(this.task(id))),
      review: (search) =>
        this.tasks
          .filter(({ prompt, note }) => `${JSON.stringify(prompt)} ${note}`.includes(search))
          .map(rowOf)
          .concat(this.leftOut),
      annotate: (params) => {
        this.annotate(params)
        return Promise.resolve()
      },
      undo: () => Promise.resolve(this.undo()),
      flag: (promptId, flagged) => {
        this.flag(promptId, flagged)
        return Promise.resolve()
      },
      statistics: () => this.statistics,
      labelAnalysis: () => Promise.resolve(this.analysis),
    }
    return {
      state: () => this.state,
      open: () =>
        this.broken ? Promise.reject(new FailureError(this.broken)) : Promise.resolve(curation),
      openEvaluation: (id) => {
        const pairs = this.pairs.get(id)
        if (!pairs) throw failureError('not-found', `No evaluation ${id}.`)
        return Promise.resolve(pairs)
      },
      refresh: () => Promise.resolve(),
      act: () => Promise.resolve(),
      shown: (failure) => failure,
      onStateChange: this.stateChanged.event,
      onTasksChange: this.tasksChanged.event,
    }
  }

  /** Requests reach the panel when no gate holds them and no failure is wanted. */
  private watched(transport: Transport): Transport {
    const deliver = async (message: Wire, listener: (message: unknown) => void): Promise<void> => {
      if (message.kind !== 'request') {
        listener(message)
        return
      }
      const { id, method, params } = message
      this.asked.push({ method, params } as Asked)
      await this.gates.get(method)
      const failure = this.failures.get(method)
      this.failures.delete(method)
      if (failure) transport.send({ kind: 'error', id, failure } satisfies Wire)
      else listener(message)
    }
    return {
      send: (message) => {
        const { kind, method } = message as { kind: string; method: string }
        if (kind === 'notification') this.told.push(method)
        transport.send(structuredClone(message))
      },
      onMessage: (listener) =>
        transport.onMessage((message) => void deliver(message as Wire, listener)),
    }
  }

  /** Tells of the change, as a curation does, whoever caused it. */
  private annotate({
    selectionId,
    preference,
    edit,
    milliseconds,
    note,
  }: Omit<Annotate, 'next'>): void {
    const task = this.task(selectionId)
    if (!task) throw failureError('not-found', `No selection ${selectionId}.`)
    this.replace({ ...task, preference, edit: edit ?? null, milliseconds, note })
    this.decided.push(task)
    this.annotationsChanged()
  }

  private flag(promptId: string, flagged: boolean): void {
    this.tasks = this.tasks.map((task) =>
      task.promptId === promptId ? { ...task, flagged } : task,
    )
    this.tasksChanged.fire()
  }

  private undo(): Undone | null {
    const before = this.decided.pop()
    if (!before) return null
    const now = this.task(before.selectionId)
    const task = { ...before, note: '', preference: null, edit: null, milliseconds: 0 }
    this.replace(task)
    this.annotationsChanged()
    return { task, note: now?.note ?? '', edit: now?.edit ?? null }
  }

  private task(id: string): Task | undefined {
    return this.tasks.find(({ selectionId }) => selectionId === id)
  }

  private recent(): RecentDecision[] {
    return this.decided.slice(-10).flatMap(({ selectionId, position, responses }) => {
      const preference = this.task(selectionId)?.preference
      const shownOrder = responses.map(({ candidateId }) => candidateId)
      return preference ? { selectionId, position, preference, shownOrder } : []
    })
  }

  private replace(task: Task): void {
    this.tasks = this.tasks.map((one) => (one.selectionId === task.selectionId ? task : one))
  }

  private annotationsChanged(): void {
    const decided = this.tasks.flatMap(({ preference }) => (preference ? [preference] : []))
    const pairs = decided.filter(({ kind }) => kind === 'ranking').length
    const { counts } = this.state
    this.tell({
      recent: this.recent(),
      counts: counts && { ...counts, annotated: decided.length, pairs },
    })
    this.tasksChanged.fire()
  }
}

function rowOf(task: Task): ReviewRow {
  const { selectionId, promptId, place, flagged } = task
  const { position, prompt, responses, preference, edit, note, removed } = task
  const shownOrder = responses.map(({ candidateId }) => candidateId)
  return {
    selectionId,
    promptId,
    place,
    flagged,
    leftOut: null,
    position,
    excerpt: prompt.at(-1)?.content.replace(/\s+/g, ' ') ?? '',
    decision: preference && { preference, shownOrder, isEdited: edit !== null },
    note,
    removed: removed.length,
  }
}
