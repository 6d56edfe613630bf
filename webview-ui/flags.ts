// Flags: prompts to come back to.
import type { HostRequests } from './requests'
import type { Review } from './review'
import type { ShownTask } from './shownTask'
import type { Store } from './state'
import { strings } from './strings'

export class Flags {
  constructor(
    private readonly store: Store,
    private readonly requests: HostRequests,
    private readonly shown: ShownTask,
    private readonly review: Review,
  ) {}

  toggleShown(): void {
    const { task } = this.store.state
    if (task) this.set(task.promptId, !task.flagged)
  }

  set(promptId: string, flagged: boolean): void {
    if (this.store.state.host?.file.phase !== 'open') return
    void this.requests.change(
      'moving',
      strings.failure.notDone,
      () => this.set(promptId, flagged),
      async () => {
        const task = await this.requests.ask('flag', { promptId, flagged })
        this.shown.show(task, flagged ? strings.flag.set : strings.flag.removed)
        if (this.store.state.view === 'review') await this.review.load()
      },
    )
  }
}
