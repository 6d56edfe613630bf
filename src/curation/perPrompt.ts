// Values that follow from the journals, kept for each prompt: a change recomputes only those of its
// prompts.
import type { Prompt } from '../shared/domain'
import type { CurationStore } from '../store/curationStore'
import type { JournalName, StoreChange } from '../store/storeChange'

/** Numbers that follow from the values of one prompt, by name. */
type Measures<T, K extends string> = Readonly<Record<K, (values: readonly T[]) => number>>

export class PerPrompt<T, K extends string = never> {
  private readonly values = new Map<string, readonly T[]>()
  /** Prompts whose values are to be computed again. */
  private readonly stale = new Set<string>()
  private flat: readonly T[] | null = null
  /** Of all prompts; null until they are asked for. */
  private totals: Record<K, number> | null = null

  /**
   * @param journals those that the values follow from.
   * @param compute the values of one prompt.
   * @param measures what {@link sums} adds up.
   */
  constructor(
    private readonly prompts: readonly Prompt[],
    store: Pick<CurationStore, 'onChange'>,
    private readonly journals: readonly JournalName[],
    private readonly compute: (promptId: string) => readonly T[],
    private readonly measures = {} as Measures<T, K>,
  ) {
    store.onChange((change) => this.forget(change))
  }

  /** The values of all prompts in prompt order: the same array while the values are the same. */
  all(): readonly T[] {
    for (const id of [...this.stale]) this.of(id)
    this.flat ??= this.prompts.flatMap(({ id }) => this.of(id))
    return this.flat
  }

  /** Each measure, summed over all prompts: after a change only its prompts are measured again. */
  sums(): Readonly<Record<K, number>> {
    for (const id of [...this.stale]) this.of(id)
    this.totals ??= this.summed((values) => values)
    return this.totals
  }

  /** The sums of the values that are meant, computed anew. */
  sumsOf(isMeant: (value: T) => boolean): Readonly<Record<K, number>> {
    return this.summed((values) => values.filter(isMeant))
  }

  of(promptId: string): readonly T[] {
    const known = this.values.get(promptId)
    if (known && !this.stale.has(promptId)) return known
    const values = this.compute(promptId)
    this.stale.delete(promptId)
    if (known && isEqual(known, values)) return known
    this.values.set(promptId, values)
    this.flat = null
    const { totals } = this
    if (totals)
      this.totals = this.measured(
        (measure, name) => totals[name] + measure(values) - measure(known ?? []),
      )
    return values
  }

  private summed(part: (values: readonly T[]) => readonly T[]): Record<K, number> {
    return this.measured((measure) =>
      this.prompts.reduce((sum, { id }) => sum + measure(part(this.of(id))), 0),
    )
  }

  private measured(value: (measure: Measures<T, K>[K], name: K) => number): Record<K, number> {
    const entries = Object.entries(this.measures) as [K, Measures<T, K>[K]][]
    return Object.fromEntries(
      entries.map(([name, measure]) => [name, value(measure, name)]),
    ) as Record<K, number>
  }

  private forget({ journals, promptIds }: StoreChange): void {
    if (!this.journals.some((journal) => journals.has(journal))) return
    if (promptIds === 'all') {
      this.values.clear()
      this.stale.clear()
      this.flat = null
      this.totals = null
    } else {
      for (const id of promptIds) if (this.values.has(id)) this.stale.add(id)
    }
  }
}

const isEqual = (some: readonly unknown[], others: readonly unknown[]): boolean =>
  some.length === others.length && some.every((each, place) => each === others[place])
