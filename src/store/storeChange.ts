// What changed in the journals: the store announces it after every read and every append.

export type JournalName = 'candidates' | 'selections' | 'annotations' | 'leftOut' | 'judges'

export interface StoreChange {
  readonly journals: ReadonlySet<JournalName>
  /** Prompts that have new records; `all` after a journal was replaced or cut. */
  readonly promptIds: ReadonlySet<string> | 'all'
  /** Whether other processes wrote the records. */
  readonly foreign: boolean
}

/** Gathers a {@link StoreChange} record by record. */
export class ChangeCollector implements StoreChange {
  readonly journals = new Set<JournalName>()
  promptIds: Set<string> | 'all' = new Set()

  constructor(readonly foreign: boolean) {}

  get isEmpty(): boolean {
    return this.journals.size === 0
  }

  add(journal: JournalName, promptId: string): void {
    this.journals.add(journal)
    if (this.promptIds !== 'all') this.promptIds.add(promptId)
  }

  addAll(journal: JournalName): void {
    this.journals.add(journal)
    this.promptIds = 'all'
  }
}
