// A hash table from 32-bit keys to the rows of a table that holds the keys.

const SMALLEST = 1024
const GROWTH = 1.25

/**
 * The rows of a bucket may have several keys: the caller compares. Takes up to ten bytes per row.
 */
export class RowBuckets {
  private size = 0
  /** The row added last to each bucket, plus 1; 0 for none. */
  private heads = new Uint32Array(SMALLEST)
  /** By row: the row added before it to its bucket, plus 1. */
  private next = new Uint32Array(SMALLEST)

  /** @param keyOf evenly distributed in the lower bits; rows with key 0 are left out. */
  constructor(private readonly keyOf: (row: number) => number) {}

  /** Adds the rows up to `count`. */
  addUpTo(count: number): void {
    if (count > this.next.length) {
      const capacity = Math.ceil(count * GROWTH)
      this.heads = new Uint32Array(2 ** Math.floor(Math.log2(capacity)))
      this.next = new Uint32Array(capacity)
      this.size = 0
    }
    while (this.size < count) this.link(this.size++)
  }

  /** The rows in the bucket of a key, the last first. */
  *rows(key: number): Generator<number, undefined> {
    for (let next = this.heads[this.bucketOf(key)]!; next > 0; next = this.next[next - 1]!)
      yield next - 1
  }

  private link(row: number): void {
    const key = this.keyOf(row)
    if (key === 0) return
    const bucket = this.bucketOf(key)
    this.next[row] = this.heads[bucket]!
    this.heads[bucket] = row + 1
  }

  private bucketOf(key: number): number {
    return (key & (this.heads.length - 1)) >>> 0
  }
}
