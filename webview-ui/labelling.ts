// Decisions: made by number or name, ranked one by one, taken back.
import type { Edit, Preference } from '../src/shared/domain'
import type { Task } from '../src/shared/curationViews'
import type { Memory } from './memory'
import { bestOf, describe, fullRanking, shownOrder } from './preferences'
import type { HostRequests } from './requests'
import type { ShownTask } from './shownTask'
import type { Store } from './state'
import type { Stopwatch } from './stopwatch'
import { strings } from './strings'

export class Labelling {
  constructor(
    private readonly store: Store,
    private readonly requests: HostRequests,
    private readonly shown: ShownTask,
    private readonly memory: Memory,
    private readonly stopwatch: Stopwatch,
  ) {}

  /** The number of a response: the best one, or the next one in a ranking. */
  choose(index: number): void {
    const { task, ranking, busy } = this.store.state
    if (!task || !this.mayDecide()) return
    const order = shownOrder(task)
    if (!ranking) {
      const preference = bestOf(order, index)
      if (preference) this.annotate(task, preference)
      return
    }
    const chosen = order[index]
    if (busy || chosen === undefined || ranking.includes(chosen)) return
    const longer = [...ranking, chosen]
    const preference = fullRanking(order, longer)
    this.rank(task, longer)
    if (preference) this.annotate(task, preference)
  }

  /** @param edit what the annotator made of a response. */
  decide(preference: Preference, edit: Edit | null = null): void {
    const { task } = this.store.state
    if (task && this.mayDecide()) this.annotate(task, preference, edit)
  }

  toggleRanking(): void {
    const { task, ranking } = this.store.state
    if (!task || task.responses.length <= 2) return
    this.rank(task, ranking ? null : [])
    this.store.update({ editPhase: 'closed' })
  }

  private rank({ selectionId }: Task, ranking: string[] | null): void {
    this.memory.setRanking(selectionId, ranking)
    this.store.update({ ranking })
  }

  /** Not while the curation is broken, nor on a selection that nobody can have looked at. */
  private mayDecide(): boolean {
    if (this.store.state.host?.file.phase !== 'open') return false
    if (!this.shown.isUnseen()) return true
    this.shown.say(strings.decision.justAppeared)
    return false
  }

  undo(): void {
    void this.requests.change(
      'moving',
      strings.failure.notDone,
      () => this.undo(),
      async () => {
        const undone = await this.requests.ask('undo', null)
        if (!undone) {
          this.shown.say(strings.decision.nothingToUndo)
          return
        }
        const { task, note, edit } = undone
        if (note !== '') this.memory.setDraft(task.selectionId, note)
        if (edit) this.memory.setEdit(task.selectionId, edit)
        this.shown.show(task, strings.decision.undone)
      },
    )
  }

  private annotate(task: Task, preference: Preference, edit: Edit | null = null): void {
    const milliseconds = this.stopwatch.milliseconds()
    void this.requests.change(
      'saving',
      strings.failure.notSaved,
      () => this.annotate(task, preference, edit),
      async () => {
        this.store.update({ deciding: preference })
        const { selectionId: from } = task
        // Who looks through decisions again goes on from there.
        const go = task.preference ? 'next' : 'next-open'
        const decision = { preference, edit, milliseconds }
        const next = await this.requests.annotate(task, decision, { go, from })
        if (this.memory.ranking(from)) this.memory.setRanking(from, null)
        if (edit) this.memory.setEdit(from, null)
        const said = strings.decision.saved(describe(preference, shownOrder(task), edit !== null))
        this.store.update({ editPhase: 'closed' })
        this.shown.show(next, said)
      },
    )
  }
}
