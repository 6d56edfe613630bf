// Decisions: made by number or name, ranked one by one, taken back.
import type { Preference } from '../src/shared/domain'
import type { Task } from '../src/shared/editorProtocol'
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
    private readonly stopwatch: Stopwatch,
  ) {}

  /** The number of a response: the best one, or the next one in a ranking. */
  choose(index: number): void {
    const { task, ranking, busy } = this.store.state
    if (!task) return
    const order = shownOrder(task)
    if (!ranking) {
      const preference = bestOf(order, index)
      if (preference) this.decide(preference)
      return
    }
    const chosen = order[index]
    if (busy || chosen === undefined || ranking.includes(chosen)) return
    const longer = [...ranking, chosen]
    const preference = fullRanking(order, longer)
    this.store.update({ ranking: longer })
    if (preference) this.decide(preference)
  }

  decide(preference: Preference): void {
    const { task } = this.store.state
    if (task) this.annotate(task, preference)
  }

  toggleRanking(): void {
    const { task, ranking } = this.store.state
    if ((task?.responses.length ?? 0) > 2) this.store.update({ ranking: ranking ? null : [] })
  }

  undo(): void {
    void this.requests.change(
      'moving',
      strings.failure.notDone,
      () => this.undo(),
      async () => {
        const undone = await this.requests.ask('undo', null)
        if (undone) this.shown.show(undone.task, strings.decision.undone)
        else this.shown.say(strings.decision.nothingToUndo)
      },
    )
  }

  private annotate(task: Task, preference: Preference): void {
    const milliseconds = this.stopwatch.milliseconds()
    void this.requests.change(
      'saving',
      strings.failure.notSaved,
      () => this.annotate(task, preference),
      async () => {
        const { selectionId: from } = task
        // Who looks through decisions again goes on from there.
        const go = task.preference ? 'next' : 'next-open'
        const next = await this.requests.annotate(task, preference, milliseconds, { go, from })
        const said = strings.decision.saved(describe(preference, shownOrder(task)))
        this.shown.show(next, said)
      },
    )
  }
}
