// A response rewritten by the annotator: chosen by its number, written, saved as the best one.
import type { Edit } from '../src/shared/domain'
import type { Labelling } from './labelling'
import type { Memory } from './memory'
import { bestOf, shownOrder } from './preferences'
import type { Store } from './state'

/** What of an edit is shown: nothing, the question which response, or its text field. */
export type EditPhase = 'closed' | 'choosing' | 'writing'

export class Editing {
  constructor(
    private readonly store: Store,
    private readonly memory: Memory,
    private readonly labelling: Labelling,
  ) {}

  /** Goes on with the edit of the selection if there is one, else asks for the response. */
  toggle(): void {
    const { task, edit, editPhase } = this.store.state
    if (!task || this.store.state.host?.file.phase !== 'open') return
    if (editPhase !== 'closed') return this.close()
    const begun = edit ?? task.edit
    if (begun) this.write(begun)
    else this.store.update({ editPhase: 'choosing', ranking: null })
  }

  /** @returns whether the number of a response was meant for the edit. */
  choose(index: number): boolean {
    const { task, editPhase } = this.store.state
    if (editPhase !== 'choosing') return false
    const response = task?.responses[index]
    if (response) this.write({ candidateId: response.candidateId, text: response.text })
    return true
  }

  set(text: string): void {
    const { task, edit } = this.store.state
    if (task && edit) this.keep(task.selectionId, { ...edit, text })
  }

  /** A text that was changed is kept until it is saved. */
  close(): void {
    const { task, edit } = this.store.state
    if (task && edit && edit.text === this.savedText(edit)) this.keep(task.selectionId, null)
    this.store.update({ editPhase: 'closed' })
  }

  /** Prefers the response; with its new text, if that differs. */
  save(): void {
    const { task, edit } = this.store.state
    if (!task || !edit || edit.text.trim() === '') return
    const order = shownOrder(task)
    const index = order.indexOf(edit.candidateId)
    const preference = bestOf(order, index)
    const isChanged = task.responses[index]?.text.trim() !== edit.text.trim()
    if (!isChanged) this.keep(task.selectionId, null)
    if (preference) this.labelling.decide(preference, isChanged ? edit : null)
  }

  private write(edit: Edit): void {
    const { task, textCalls } = this.store.state
    if (!task) return
    this.keep(task.selectionId, edit)
    this.store.update({
      editPhase: 'writing',
      textCalls: textCalls + 1,
      noteOpen: false,
      ranking: null,
    })
  }

  private keep(selectionId: string, edit: Edit | null): void {
    this.memory.setEdit(selectionId, edit)
    this.store.update({ edit })
  }

  /** What the field would begin with if nothing had been written. */
  private savedText({ candidateId }: Edit): string | undefined {
    const { task } = this.store.state
    return task?.edit?.candidateId === candidateId
      ? task.edit.text
      : task?.responses.find((one) => one.candidateId === candidateId)?.text
  }
}
