// The editor: messages of the host and actions of the user change the state.
import type { Task } from '../src/shared/curationViews'
import type { Action, EditorState, ShownPlace } from '../src/shared/editorProtocol'
import { type StateChanges, withChanges } from '../src/shared/stateChanges'
import { Analysing } from './analysis'
import type { Host } from './channel'
import { type ChartChange, withChartChange } from './charts'
import { toggled } from './display'
import { Editing } from './editing'
import { Evaluating } from './evaluating'
import { Flags } from './flags'
import type { EditorCommand } from './keys'
import { Labelling } from './labelling'
import type { Memory } from './memory'
import { Notes } from './notes'
import { Places } from './places'
import { HostRequests } from './requests'
import { Review } from './review'
import type { WindowSize } from './room'
import { RunNews } from './runNews'
import { ShownTask } from './shownTask'
import { ANOTHER_ACTIONS, offersAnother } from './stage'
import { INITIAL_STATE, isWriting, type State, Store } from './state'
import type { Stopwatch } from './stopwatch'
import { strings } from './strings'
import { Trying } from './trying'
import type { Actions } from './views/actions'
import type { ViewId } from './views/table'

export class Editor implements Actions {
  private readonly store: Store
  private readonly requests: HostRequests
  private readonly shown: ShownTask
  private readonly labelling: Labelling
  private readonly places: Places
  private readonly notes: Notes
  private readonly editing: Editing
  private readonly reviewing: Review
  private readonly analysing: Analysing
  private readonly flags: Flags
  private readonly trying: Trying
  private readonly evaluating: Evaluating
  private readonly runNews = new RunNews()

  constructor(
    host: Host,
    private readonly memory: Memory,
    stopwatch: Stopwatch,
    draw: (state: State) => void,
  ) {
    const { keptEarlier, display, charts } = memory
    this.store = new Store({ ...INITIAL_STATE, keptEarlier, display, charts }, draw)
    this.shown = new ShownTask(host, this.store, memory, stopwatch)
    this.requests = new HostRequests(host, this.store, memory, this.shown)
    this.places = new Places(this.store, this.requests, this.shown)
    this.labelling = new Labelling(this.store, this.requests, this.shown, memory, stopwatch)
    this.reviewing = new Review(host, this.store)
    this.analysing = new Analysing(host, this.store, this.shown, (label) => this.open(label))
    this.flags = new Flags(this.store, this.requests, this.shown, this.reviewing)
    this.evaluating = new Evaluating(this.store, this.requests, this.shown)
    this.notes = new Notes(this.store, memory, this.places)
    this.editing = new Editing(this.store, memory, this.labelling)
    this.trying = new Trying(this.store, (action) => this.act({ trying: action }))
  }

  async start(): Promise<void> {
    const retry = (): void => void this.start()
    await this.requests.change('moving', strings.failure.notDone, retry, async () => {
      const { shown } = this.memory
      const { state, task } = await this.requests.ask('ready', { shown })
      this.showState(state)
      this.shown.show(task, '')
    })
  }

  // Messages of the host.

  stateChanged(changes: StateChanges): void {
    const { host } = this.store.state
    if (host) this.showState(withChanges(host, changes))
  }

  windowChanged(window: WindowSize, focused: boolean): void {
    this.store.update({ window, focused })
  }

  taskArrived(task: Task | null): void {
    this.requests.takeTask(task)
  }

  // Actions of the user.

  perform(command: EditorCommand): void {
    if (this.store.state.view === 'try' && this.trying.perform(command)) return
    switch (command.do) {
      case 'best':
        if (!this.editing.choose(command.index)) this.labelling.choose(command.index)
        return
      case 'tie':
      case 'allBad':
      case 'skip':
        return this.labelling.decide({ kind: command.do })
      case 'undo':
        return this.labelling.undo()
      case 'edit':
        return this.editing.toggle()
      case 'rank':
        return this.labelling.toggleRanking()
      case 'previous':
      case 'next':
      case 'first':
      case 'last':
      case 'nextOpen':
        return this.places.move(command.do)
      case 'flag':
        return this.flags.toggleShown()
      case 'another':
      case 'forAllBad':
        return this.selectAnother(command.do)
      case 'note':
        return this.notes.open()
      case 'raw':
      case 'differences':
      case 'prompt':
      case 'pool':
      case 'guidelines':
        return this.toggle(command.do)
      case 'search':
        this.show('review')
        return this.reviewing.focusSearch()
      case 'lookAgain':
        return void this.analysing.next()
      case 'keys':
        return this.store.update({ keysShown: !this.store.state.keysShown })
      case 'try':
        return // handled above, where its view is shown
    }
  }

  act(action: Action): void {
    this.requests
      .ask('act', action)
      .catch((thrown: unknown) =>
        this.store.fail(strings.failure.notDone, thrown, () => this.act(action)),
      )
  }

  setNote(note: string): void {
    this.notes.set(note)
  }

  closeNote(): void {
    this.notes.close()
  }

  writeEdit(text: string): void {
    this.editing.set(text)
  }

  saveEdit(): void {
    this.editing.save()
  }

  /** Escape: closes what is being written or chosen. */
  leave(): void {
    const { view, noteOpen, editPhase, ranking } = this.store.state
    if (editPhase !== 'closed') this.editing.close()
    else if (noteOpen) this.notes.close()
    else if (view === 'label' && ranking) this.labelling.toggleRanking()
  }

  show(view: ViewId): void {
    this.store.update({ view })
    if (view === 'review') this.loadReview()
    if (view === 'try' && this.store.state.host?.trying === null)
      this.act({ trying: { do: 'open' } })
    if (view === 'simulate' && this.store.state.host?.simulation === null)
      this.act({ simulation: { do: 'open' } })
    void this.evaluating.follow()
  }

  evaluation(change: Parameters<Actions['evaluation']>[0]): void {
    if ('choose' in change) this.evaluating.choose(change.choose)
    else this.evaluating.toggleResult(change.toggleResult)
  }

  review(change: Parameters<Actions['review']>[0]): void {
    if ('search' in change) this.reviewing.search(change.search)
    else this.reviewing.update(change)
  }

  open(row: ShownPlace): void {
    this.reviewing.update({ opened: row })
    this.show('label')
    this.goTo(row)
  }

  goTo(place: Parameters<Actions['goTo']>[0]): void {
    this.places.go({ go: 'to', ...place })
  }

  flag(promptId: string, flagged: boolean): void {
    this.flags.set(promptId, flagged)
  }

  writePrompt(text: string): void {
    this.trying.write(text)
  }

  sendPrompt(): void {
    this.trying.send()
  }

  dismissProblem(): void {
    this.store.update({ problem: null })
  }

  chooseCharts(change: ChartChange): void {
    this.memory.charts = withChartChange(this.memory.charts, change)
    this.store.update({ charts: this.memory.charts })
  }

  keepEarlier(key: string): void {
    this.memory.keepEarlier(key)
    this.store.update({ keptEarlier: this.memory.keptEarlier })
  }

  private showState(host: EditorState): void {
    const before = this.store.state.host
    const isMended = before?.file.phase === 'broken' && host.file.phase !== 'broken'
    const started = this.runNews.startedIn(host)
    const isListOld = this.store.state.view === 'review' && before?.counts !== host.counts
    this.store.update({ host, ...(isMended ? { problem: null } : {}) })
    if (isListOld) this.loadReview()
    if (endsLabelling(before, host)) void this.analysing.load()
    if (this.store.state.view === 'evaluate') void this.evaluating.follow()
    if (host.training && !before?.training) this.show('runs')
    if (before && (host.trying?.calls ?? 0) > (before.trying?.calls ?? 0)) this.show('try')
    if (before && (host.simulation?.calls ?? 0) > (before.simulation?.calls ?? 0))
      this.show('simulate')
    this.trying.changed(before, host)
    if (beginsEvaluation(before, host)) this.show('evaluate')
    if (!started || isWriting(this.store.state)) return
    this.show('runs')
    this.shown.say(strings.runs.started(started.model))
  }

  private loadReview(): void {
    void this.reviewing.load()
    void this.analysing.load()
  }

  /** Only where the page offers it. */
  private selectAnother(command: keyof typeof ANOTHER_ACTIONS): void {
    const { host, task } = this.store.state
    if (host && offersAnother(host, task)[command]) this.act(ANOTHER_ACTIONS[command])
  }

  private toggle(what: Parameters<typeof toggled>[1]): void {
    const { task, display } = this.store.state
    if (!task || (what === 'differences' && task.responses.length < 2)) return
    this.memory.display = toggled(display, what)
    this.store.update({ display: this.memory.display })
    void this.shown.loadPool()
  }
}

/** Whether all that was to be labelled is labelled now, and was not in an earlier state. */
const endsLabelling = (before: EditorState | null, host: EditorState): boolean =>
  isLabelled(host) && !(before && isLabelled(before))

const isLabelled = ({ counts }: EditorState): boolean =>
  counts !== null &&
  counts.annotated > 0 &&
  counts.annotated >= Math.min(counts.budget, counts.selected)

/** Whether the sampling of an evaluation began since an earlier state. */
const beginsEvaluation = (before: EditorState | null, host: EditorState): boolean =>
  before !== null && host.activity?.kind === 'evaluate' && before.activity?.kind !== 'evaluate'
