// The course of a labelling session: commands in, requests to the host, state out. At most one
// request that changes the task.
import type { Preference } from '../src/shared/domain'
import type {
  CurationView,
  EditorAction,
  RunAction,
  Task,
  TaskRequest,
} from '../src/shared/editorProtocol'
import { toFailure } from '../src/shared/errors'
import type { Host } from './channel'
import { toggled } from './display'
import type { Command } from './keys'
import type { Memory } from './memory'
import { bestOf, describe, fullRanking, shownOrder } from './preferences'
import { RunNews } from './runNews'
import { keepEqual } from './sameTask'
import { INITIAL_STATE, isNoteUnsaved, type State, type Tab } from './state'
import type { Stopwatch } from './stopwatch'
import { strings } from './strings'

export class Session {
  private state: State
  /**
   * The host said that the task shown may be old, at a moment when it could not be asked for anew.
   */
  private stale = false
  private refreshes = 0
  private readonly runNews = new RunNews()

  constructor(
    private readonly host: Host,
    private readonly memory: Memory,
    private readonly stopwatch: Stopwatch,
    private readonly draw: (state: State) => void,
  ) {
    this.state = { ...INITIAL_STATE, keptEarlier: memory.keptEarlier, display: memory.display }
  }

  async start(): Promise<void> {
    const retry = (): void => void this.start()
    await this.change('moving', strings.failure.notDone, retry, async () => {
      const { view, task } = await this.host.request('ready', null)
      const { position } = this.memory
      this.viewChanged(view)
      const elsewhere = position !== null && position !== task?.position
      const remembered = elsewhere ? await this.host.request('task', { go: 'to', position }) : null
      this.show(remembered ?? task, '')
    })
  }

  // What the host tells.

  viewChanged(view: CurationView): void {
    const started = this.runNews.startedIn(view)
    this.update({ view })
    if (started && !this.state.noteOpen) {
      this.update({ tab: 'runs' })
      this.say(strings.runs.started(started.model))
    }
  }

  tasksChanged(): void {
    if (this.state.busy) this.stale = true
    else void this.refresh()
  }

  // What the person does.

  perform(command: Command): void {
    const { task } = this.state
    switch (command.do) {
      case 'best':
        if (task) this.choose(task, command.index)
        return
      case 'tie':
      case 'allBad':
      case 'skip':
        if (task) this.annotate(task, { kind: command.do })
        return
      case 'undo':
        this.undo()
        return
      case 'previous':
      case 'next':
      case 'first':
      case 'last':
      case 'nextOpen':
        this.move(command.do)
        return
      case 'rank':
        if ((task?.responses.length ?? 0) > 2)
          this.update({ ranking: this.state.ranking ? null : [] })
        return
      case 'note':
        if (task) this.update({ noteOpen: true, noteCalls: this.state.noteCalls + 1 })
        return
      case 'raw':
      case 'differences':
      case 'prompt':
      case 'pool':
      case 'guidelines':
        if (!task || (command.do === 'differences' && task.responses.length < 2)) return
        this.memory.display = toggled(this.state.display, command.do)
        this.update({ display: this.memory.display })
        void this.loadPool()
        return
      case 'keys':
        this.update({ keysShown: !this.state.keysShown })
        return
    }
  }

  act(action: EditorAction | RunAction): void {
    this.host.request('act', action).catch((thrown: unknown) => {
      const failure = toFailure(thrown)
      if (failure.code !== 'cancelled')
        this.update({
          problem: { lead: strings.failure.notDone, failure, retry: () => this.act(action) },
        })
    })
  }

  setNote(note: string): void {
    if (!this.state.task) return
    this.memory.setDraft(this.state.task.selectionId, note)
    this.update({ note })
  }

  /** The note of a decided selection is saved at once; any other waits for the decision. */
  closeNote(): void {
    const { task } = this.state
    this.update({ noteOpen: false })
    if (task && isNoteUnsaved(this.state))
      this.go({ go: 'to', position: task.position }, strings.note.saved)
  }

  showTab(tab: Tab): void {
    this.update({ tab })
  }

  goTo(position: number): void {
    this.go({ go: 'to', position })
  }

  dismissProblem(): void {
    this.update({ problem: null })
  }

  keepEarlier(key: string): void {
    this.memory.keepEarlier(key)
    this.update({ keptEarlier: key })
  }

  private choose(task: Task, index: number): void {
    const order = shownOrder(task)
    const { ranking, busy } = this.state
    if (!ranking) {
      const preference = bestOf(order, index)
      if (preference) this.annotate(task, preference)
      return
    }
    const chosen = order[index]
    if (busy || chosen === undefined || ranking.includes(chosen)) return
    const longer = [...ranking, chosen]
    const preference = fullRanking(order, longer)
    this.update({ ranking: longer })
    if (preference) this.annotate(task, preference)
  }

  private annotate(task: Task, preference: Preference): void {
    const milliseconds = this.stopwatch.milliseconds()
    void this.change(
      'saving',
      strings.failure.notSaved,
      () => this.annotate(task, preference),
      async () => {
        const { selectionId: from } = task
        // Who looks through decisions again goes on from there.
        const next = await this.write(
          task,
          preference,
          milliseconds,
          task.preference ? { go: 'next', from } : { go: 'next-open', from },
        )
        this.show(next, strings.decision.saved(describe(preference, shownOrder(task))))
      },
    )
  }

  /** Writes the decision with the note as it reads now; the result is the task asked for. */
  private async write(
    task: Task,
    preference: Preference,
    milliseconds: number,
    next: TaskRequest,
  ): Promise<Task | null> {
    const { selectionId } = task
    const { note } = this.state
    const answer = await this.host.request('annotate', {
      selectionId,
      preference,
      milliseconds,
      shownOrder: shownOrder(task),
      note,
      next,
    })
    this.memory.forgetDraft(selectionId)
    return answer
  }

  private undo(): void {
    void this.change(
      'moving',
      strings.failure.notDone,
      () => this.undo(),
      async () => {
        const task = await this.host.request('undo', null)
        if (task) this.show(task, strings.decision.undone)
        else this.say(strings.decision.nothingToUndo)
      },
    )
  }

  private move(where: 'previous' | 'next' | 'first' | 'last' | 'nextOpen'): void {
    const { task, view } = this.state
    if (!view || view.counts.selected === 0) return
    const last: TaskRequest = { go: 'to', position: view.counts.prompts - 1 }
    switch (where) {
      case 'first':
        return this.go({ go: 'to', position: 0 }, strings.decision.first)
      case 'last':
        return this.go(last, strings.decision.last)
      case 'nextOpen':
        return this.go(
          { go: 'next-open', ...(task ? { from: task.selectionId } : {}) },
          strings.decision.open,
        )
      case 'previous':
        return this.go(
          task ? { go: 'previous', from: task.selectionId } : last,
          strings.decision.first,
        )
      case 'next':
        if (task) this.go({ go: 'next', from: task.selectionId }, strings.decision.last)
    }
  }

  /**
   * Shows another task, or says why not. What the note of a decided selection lacks on disk is
   * written on the way.
   */
  private go(request: TaskRequest, ifSame = ''): void {
    const { task: shown } = this.state
    const decided = isNoteUnsaved(this.state) ? shown : null
    const lead = decided ? strings.note.notSaved : strings.failure.notDone
    void this.change(
      decided ? 'saving' : 'moving',
      lead,
      () => this.go(request, ifSame),
      async () => {
        const { note } = this.state
        const task = decided?.preference
          ? await this.write(decided, decided.preference, decided.milliseconds, request)
          : await this.host.request('task', request)
        if (decided) this.update({ task: { ...decided, note } })
        if (task ? task.selectionId === shown?.selectionId : request.go !== 'next-open')
          this.say(ifSame)
        else this.show(task, task ? '' : strings.decision.noneOpen)
      },
    )
  }

  /**
   * Runs a request that changes the task, unless one is under way; a failure leaves task, note and
   * ranking as they are.
   */
  private async change(
    busy: State['busy'],
    lead: string,
    retry: () => void,
    request: () => Promise<void>,
  ): Promise<void> {
    if (this.state.busy) return
    this.update({ busy, problem: null })
    try {
      await request()
      this.update({ busy: null })
    } catch (thrown) {
      this.update({ busy: null, problem: { lead, failure: toFailure(thrown), retry } })
    }
    if (this.stale) await this.refresh()
  }

  /**
   * Asks for the task shown, or the first open one, again. Labelling goes on meanwhile and wins
   * over the answer.
   */
  private async refresh(): Promise<void> {
    this.stale = false
    const refresh = ++this.refreshes
    const { task } = this.state
    try {
      const fresh = await this.host.request(
        'task',
        task ? { go: 'to', position: task.position } : { go: 'next-open' },
      )
      if (this.state.busy || this.state.task !== task) this.stale = this.state.busy !== null
      else if (refresh === this.refreshes) this.show(fresh, this.leadOf(task, fresh))
    } catch (thrown) {
      this.update({
        problem: {
          lead: strings.failure.notDone,
          failure: toFailure(thrown),
          retry: () => void this.refresh(),
        },
      })
    }
  }

  /**
   * News while the person waits come by themselves: they leave standing what was said of the last
   * decision.
   */
  private leadOf(shown: Task | null, fresh: Task | null): string {
    if (!shown) return this.state.status.shown
    return fresh && fresh.selectionId !== shown.selectionId ? strings.decision.changed : ''
  }

  private show(task: Task | null, lead: string): void {
    const same = task !== null && task.selectionId === this.state.task?.selectionId
    if (!same) this.stopwatch.restart()
    this.memory.position = task?.position ?? null
    this.update({
      task: keepEqual(this.state.task, task),
      note: task ? (this.memory.draft(task.selectionId) ?? task.note) : '',
      ...(same ? {} : { noteOpen: false, ranking: null }),
    })
    if (!same || lead !== '') this.say(lead)
    void this.loadPool()
  }

  /** Asks for the pool when it is to be seen; an answer that comes too late is not shown. */
  private async loadPool(): Promise<void> {
    const { task, display, pool } = this.state
    if (!task || !display.poolShown || pool?.selectionId === task.selectionId) return
    const { selectionId } = task
    try {
      const entries = await this.host.request('pool', { selectionId })
      if (this.state.task?.selectionId === selectionId)
        this.update({ pool: { selectionId, entries } })
    } catch (thrown) {
      this.update({
        problem: {
          lead: strings.failure.notDone,
          failure: toFailure(thrown),
          retry: () => void this.loadPool(),
        },
      })
    }
  }

  private say(lead: string): void {
    const { task } = this.state
    const place = task ? strings.task.place(task.position, task.total) : ''
    const before = task?.preference
      ? strings.decision.decided(describe(task.preference, shownOrder(task)))
      : ''
    this.update({
      status: {
        shown: lead,
        announced: [lead, place, before].filter((part) => part !== '').join(' '),
      },
    })
  }

  private update(change: Partial<State>): void {
    this.state = { ...this.state, ...change }
    this.draw(this.state)
  }
}
