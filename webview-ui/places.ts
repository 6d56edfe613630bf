// The way to other tasks. A note that a labelled selection lacks on disk is written on the way.
import type { TaskRequest } from '../src/shared/curationViews'
import { hostOfTask } from './evaluating'
import type { HostRequests } from './requests'
import type { ShownTask } from './shownTask'
import { isNoteUnsaved, type Store } from './state'
import { strings } from './strings'

export type Move = 'previous' | 'next' | 'first' | 'last' | 'nextOpen'

export class Places {
  constructor(
    private readonly store: Store,
    private readonly requests: HostRequests,
    private readonly shown: ShownTask,
  ) {}

  move(where: Move): void {
    const { task } = this.store.state
    const { counts } = hostOfTask(this.store.state) ?? {}
    if (!counts || counts.selected === 0) return
    const from = task?.selectionId
    const last: TaskRequest = { go: 'to', position: counts.prompts }
    const words = strings.decision
    switch (where) {
      case 'first':
        return this.go({ go: 'to', position: 0 }, words.first)
      case 'last':
        return this.go(last, words.last)
      case 'nextOpen':
        return this.go({ go: 'next-open', ...(from === undefined ? {} : { from }) }, words.open)
      case 'previous':
        return this.go(from === undefined ? last : { go: 'previous', from }, words.first)
      case 'next':
        if (from !== undefined) this.go({ go: 'next', from }, words.last)
    }
  }

  /** Shows another task, or says `ifSame`. */
  go(request: TaskRequest, ifSame = ''): void {
    const { state } = this.store
    const { task: before } = state
    const unsaved = isNoteUnsaved(state) ? before : null
    void this.requests.change(
      unsaved ? 'saving' : 'moving',
      unsaved ? strings.note.notSaved : strings.failure.notDone,
      () => this.go(request, ifSame),
      async () => {
        const { note } = this.store.state
        const task = unsaved?.preference
          ? await this.requests.annotate(
              unsaved,
              {
                preference: unsaved.preference,
                edit: unsaved.edit,
                milliseconds: unsaved.milliseconds,
              },
              request,
            )
          : await this.requests.ask('task', request)
        if (unsaved) this.store.update({ task: { ...unsaved, note } })
        if (task ? task.selectionId === before?.selectionId : request.go !== 'next-open')
          this.shown.say(ifSame)
        else this.shown.show(task, task ? '' : strings.decision.noneOpen)
      },
    )
  }
}
