// Values that follow from the journals, kept for each prompt: a change recomputes those of its
// prompts alone.
import type { Prompt } from '../shared/domain'
import type { CurationStore } from '../store/curationStore'
import type { JournalName, StoreChange } from '../store/storeChange'

export class PerPrompt<T> {
  private readonly values = new Map<string, readonly T[]>()
  private flat: readonly T[] | null = null

  /**
   * @param journals those that the values follow from.
   * @param compute the values of one prompt.
   */
  constructor(
    private readonly prompts: readonly Prompt[],
    store: Pick<CurationStore, 'onChange'>,
    private readonly journals: readonly JournalName[],
    private readonly compute: (promptId: string) => readonly T[],
  ) {
    store.onChange((change) => this.forget(change))
  }

  /** The values of all prompts in prompt order. The array does not change later. */
  all(): readonly T[] {
    this.flat ??= this.prompts.flatMap(({ id }) => this.of(id))
    return this.flat
  }

  of(promptId: string): readonly T[] {
    const known = this.values.get(promptId)
    if (known) return known
    const values = this.compute(promptId)
    this.values.set(promptId, values)
    return values
  }

  private forget({ journals, promptIds }: StoreChange): void {
    if (!this.journals.some((journal) => journals.has(journal))) return
    this.flat = null
    if (promptIds === 'all') this.values.clear()
    else for (const id of promptIds) this.values.delete(id)
  }
}
