// The values used last, up to a total weight.

/**
 * The share that stays where there are too many. More are removed than need be: each pass over a
 * Map begins with those that were removed before.
 */
const KEPT = 7 / 8

export class Recent<K, V> {
  /** The least recently used first. */
  private readonly entries = new Map<K, { value: V; weight: number }>()
  private weight = 0

  constructor(private readonly largestWeight: number) {}

  get(key: K): V | undefined {
    const entry = this.entries.get(key)
    if (!entry) return undefined
    this.entries.delete(key)
    this.entries.set(key, entry)
    return entry.value
  }

  set(key: K, value: V, weight: number): void {
    this.weight += weight - (this.entries.get(key)?.weight ?? 0)
    this.entries.delete(key)
    this.entries.set(key, { value, weight })
    if (this.weight <= this.largestWeight) return
    const kept = weight > this.largestWeight ? 0 : Math.max(weight, this.largestWeight * KEPT)
    for (const [oldest, entry] of this.entries) {
      if (this.weight <= kept) break
      this.entries.delete(oldest)
      this.weight -= entry.weight
    }
  }
}
