// Tokens per second in a sliding window, reported a few times a second.

/** In milliseconds. */
const REPORT_INTERVAL = 250
const WINDOW = 3000

export class Throughput {
  private counted = 0
  private marks: { at: number; counted: number }[] = []

  /** @param now returns milliseconds since any fixed time. */
  constructor(private readonly now: () => number) {}

  restart(): void {
    this.counted = 0
    this.marks = [{ at: this.now(), counted: 0 }]
  }

  count(tokens: number): void {
    this.counted += tokens
  }

  /** Tokens per second; undefined if the last report was less than 250 ms ago. */
  due(): number | undefined {
    const at = this.now()
    const newest = this.marks.at(-1)
    if (newest && at - newest.at < REPORT_INTERVAL) return undefined
    while (this.marks.length > 1 && at - this.marks[0]!.at > WINDOW) this.marks.shift()
    const oldest = this.marks[0]
    this.marks.push({ at, counted: this.counted })
    return oldest ? ((this.counted - oldest.counted) * 1000) / (at - oldest.at) : 0
  }
}
