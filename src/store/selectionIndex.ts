// The journal of selections in memory: by id, and by pool in the order they were made.
import type { Selection } from '../shared/domain'
import { poolKey } from './candidateIndex'

export class SelectionIndex {
  private readonly byId = new Map<string, Selection>()
  private readonly byPool = new Map<string, Selection[]>()

  get size(): number {
    return this.byId.size
  }

  /** Made again, a selection becomes the latest of its pool. */
  add(selection: Selection): void {
    this.byId.set(selection.id, selection)
    const key = poolKey(selection.promptId, selection.round)
    const others = (this.byPool.get(key) ?? []).filter(({ id }) => id !== selection.id)
    this.byPool.set(key, [...others, selection])
  }

  clear(): void {
    this.byId.clear()
    this.byPool.clear()
  }

  selection(id: string): Selection | undefined {
    return this.byId.get(id)
  }

  all(): Iterable<Selection> {
    return this.byId.values()
  }

  /** Of those that `counts`: the latest that `isAnnotated`, else the latest. */
  current(
    promptId: string,
    round: number,
    counts: (selection: Selection) => boolean,
    isAnnotated: (id: string) => boolean,
  ): Selection | undefined {
    const selections = (this.byPool.get(poolKey(promptId, round)) ?? []).filter(counts)
    return selections.findLast(({ id }) => isAnnotated(id)) ?? selections.at(-1)
  }
}
