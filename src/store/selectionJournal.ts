// The journal of selections and its index, kept in step.
import { selectionSchema } from '../core/formats/records'
import type { Selection } from '../shared/domain'
import { Journal } from './journal'
import type { SelectionIndex } from './selectionIndex'
import type { ChangeCollector } from './storeChange'

export class SelectionJournal {
  private isRewritten = false

  private constructor(
    private readonly journal: Journal<Selection>,
    private readonly index: SelectionIndex,
  ) {}

  /** Reads nothing yet; `index` is empty. */
  static async open(
    file: string,
    index: SelectionIndex,
    onMessage: (message: string) => void,
  ): Promise<SelectionJournal> {
    const opened: SelectionJournal = new SelectionJournal(
      await Journal.open(file, selectionSchema, {
        onMessage,
        onRewritten: () => {
          index.clear()
          opened.isRewritten = true
        },
      }),
      index,
    )
    return opened
  }

  /** Takes in what was appended since, by anyone. */
  async refresh(change: ChangeCollector): Promise<void> {
    await this.journal.visit((selection) => {
      this.index.add(selection)
      change.add('selections', selection.promptId)
    })
    if (this.isRewritten) change.addAll('selections')
    this.isRewritten = false
  }

  /** They survive the end of the process, though not of the machine, when this resolves. */
  append(selections: readonly Selection[]): Promise<void> {
    return this.journal.append(selections, { flush: false })
  }
}
