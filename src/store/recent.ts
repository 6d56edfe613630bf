// The values used last, up to a total weight.

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
    for (const [oldest, entry] of this.entries) {
      if (this.weight <= this.largestWeight) break
      this.entries.delete(oldest)
      this.weight -= entry.weight
    }
  }
}
