// The note of the task shown: a draft until its decision is saved.
import type { Memory } from './memory'
import type { Places } from './places'
import { isNoteUnsaved, type Store } from './state'
import { strings } from './strings'

export class Notes {
  constructor(
    private readonly store: Store,
    private readonly memory: Memory,
    private readonly places: Places,
  ) {}

  open(): void {
    const { task, textCalls } = this.store.state
    if (task) this.store.update({ noteOpen: true, textCalls: textCalls + 1, editPhase: 'closed' })
  }

  set(note: string): void {
    const { task } = this.store.state
    if (!task) return
    this.memory.setDraft(task.selectionId, note)
    this.store.update({ note })
  }

  /** The note of a labelled selection is saved at once; any other waits for the decision. */
  close(): void {
    this.store.update({ noteOpen: false })
    const { state } = this.store
    if (!state.task || !isNoteUnsaved(state)) return
    const { selectionId, position } = state.task
    this.places.go({ go: 'to', selectionId, position }, strings.note.saved)
  }
}
