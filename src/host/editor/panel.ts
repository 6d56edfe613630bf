// One panel of a curation: answers requests of its webview and notifies it of changes. A change
// that the webview requested is in the answer and not notified.
// Invariant I1.
import * as l10n from '@vscode/l10n'
import { isDeepStrictEqual } from 'node:util'
import type { PoolEntry, PoolMap, Task, TaskRequest, Undone } from '../../shared/curationViews'
import type {
  Action,
  EditorHostSide,
  EditorState,
  EditorWebviewSide,
  ShownPlace,
} from '../../shared/editorProtocol'
import type { LabelStatistics, ReviewRow, ShownAnalysis } from '../../shared/reviewProtocol'
import { type Failure, FailureError, toFailure } from '../../shared/errors'
import { connect, type Peer, type RequestHandlers, type Transport } from '../../shared/rpc'
import { changesBetween } from '../../shared/stateChanges'

type Requests = EditorHostSide['requests']
type AnnotateParams = Omit<Requests['annotate'][0], 'next'>

interface Disposable {
  dispose(): void
}

/** Comparisons to decide on: the selections of a curation, or the pairs of an evaluation. */
export interface PanelTasks {
  task(request: TaskRequest): Task | null
  /** Resolves when the selection of a prompt that is asked for was made, where it is to be. */
  reach?(request: TaskRequest): Promise<void>
  pool(selectionId: string): PoolEntry[]
  poolMap(selectionId: string): Promise<PoolMap | null>
  /** Resolves when the annotation is flushed to disk. */
  annotate(params: AnnotateParams): Promise<void>
  undo(): Promise<Undone | null>
  /** Resolves when the flag is flushed to disk. */
  flag(promptId: string, flagged: boolean): Promise<void>
}

/** A curation that could be opened, as a panel uses it. */
export interface PanelCuration extends PanelTasks {
  review(search: string): ReviewRow[]
  statistics(): LabelStatistics
  /** null in an untrusted workspace. */
  labelAnalysis(): Promise<ShownAnalysis | null>
}

/** The curation behind a panel, which may be broken, and what happens to it. */
export interface PanelSource {
  state(): EditorState
  /** @throws FailureError while the curation cannot be opened. */
  open(): Promise<PanelCuration>
  /** @throws FailureError while the evaluation cannot be opened. */
  openEvaluation(id: string): Promise<PanelTasks>
  /** Reads what other processes wrote. */
  refresh(): Promise<void>
  act(action: Action): Promise<void>
  /** A failure as the webview may see it. */
  shown(failure: Failure): Failure
  onStateChange(listener: () => void): Disposable
  onTasksChange(listener: () => void): Disposable
}

export class EditorPanel {
  private readonly peer: Peer<EditorWebviewSide>
  private readonly subscriptions: Disposable[]
  /** What the webview knows; null before it is ready. */
  private known: EditorState | null = null
  /** The evaluation whose pairs are its tasks; null for those of the curation. */
  private evaluation: string | null = null
  /** The task that it was given last. */
  private given: Task | null = null
  /** Requests under way whose answer is a task. */
  private answering = 0

  constructor(
    private readonly source: PanelSource,
    transport: Transport,
  ) {
    this.peer = connect<EditorHostSide, EditorWebviewSide>(transport, this.handlers(), {})
    this.subscriptions = [
      source.onStateChange(() => this.tellState()),
      source.onTasksChange(() => void this.tellTask()),
    ]
  }

  dispose(): void {
    for (const each of this.subscriptions) each.dispose()
    this.peer.close({ code: 'cancelled', message: l10n.t('The editor was closed.') })
  }

  private handlers(): RequestHandlers<Requests> {
    const { source } = this
    return {
      ready: async ({ shown }) => {
        await source.refresh()
        this.evaluation = null
        const task = await this.give(() => this.firstTask(shown))
        return { state: (this.known = source.state()), task }
      },
      show: ({ evaluation }) =>
        this.give(async () => {
          this.evaluation = evaluation
          return (await this.tasks()).task({ go: 'next-open' })
        }),
      task: (request) =>
        this.give(async () => {
          const tasks = await this.tasks()
          await tasks.reach?.(request)
          return tasks.task(request)
        }),
      pool: ({ selectionId }) => this.answer(async () => (await this.tasks()).pool(selectionId)),
      poolMap: ({ selectionId }) =>
        this.answer(async () => (await this.tasks()).poolMap(selectionId)),
      review: ({ search }) => this.answer(async () => (await source.open()).review(search)),
      annotate: ({ next, ...params }) =>
        this.give(async () => {
          const tasks = await this.tasks()
          await tasks.annotate(params)
          return tasks.task(next)
        }),
      undo: () =>
        this.answerWithTask(async () => {
          const undone = await (await this.tasks()).undo()
          if (undone) this.given = undone.task
          return undone
        }),
      flag: ({ promptId, flagged }) =>
        this.give(async () => {
          const tasks = await this.tasks()
          await tasks.flag(promptId, flagged)
          return this.given && tasks.task(toTask(this.given))
        }),
      statistics: () => this.answer(async () => (await source.open()).statistics()),
      labelAnalysis: () => this.answer(async () => (await source.open()).labelAnalysis()),
      act: async (action) => {
        await source.act(action)
        return null
      },
    }
  }

  private tasks(): Promise<PanelTasks> {
    const { source, evaluation } = this
    return evaluation === null ? source.open() : source.openEvaluation(evaluation)
  }

  /** null also while the curation is broken: the state says why. */
  private async firstTask(shown: ShownPlace | null): Promise<Task | null> {
    try {
      const curation = await this.source.open()
      return curation.task(shown ? toTask(shown) : { go: 'next-open' })
    } catch {
      return null
    }
  }

  /** Answers with the task that the webview shows from now on. */
  private give(work: () => Promise<Task | null>): Promise<Task | null> {
    return this.answerWithTask(async () => (this.given = await work()))
  }

  private async answerWithTask<T>(work: () => Promise<T>): Promise<T> {
    this.answering++
    try {
      return await this.answer(work)
    } finally {
      this.answering--
    }
  }

  private async answer<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (thrown) {
      throw new FailureError(this.source.shown(toFailure(thrown)), { cause: thrown })
    }
  }

  private tellState(): void {
    if (!this.known) return
    const state = this.source.state()
    const changes = changesBetween(this.known, state)
    this.known = state
    if (changes) this.peer.notify('state', changes)
  }

  /**
   * Sends the task at the shown place if the webview has another version of it. Nothing is sent
   * while the curation is broken, nor while a request is pending: its answer is newer.
   */
  private async tellTask(): Promise<void> {
    if (!this.known) return
    const tasks = await this.tasks().catch(() => null)
    if (!tasks || this.answering > 0) return
    const { given } = this
    const task = tasks.task(given ? toTask(given) : { go: 'next-open' })
    if (isDeepStrictEqual(task, given)) return
    this.given = task
    this.peer.notify('task', task)
  }
}

const toTask = ({ selectionId, position }: ShownPlace): TaskRequest => ({
  go: 'to',
  selectionId,
  position,
})
