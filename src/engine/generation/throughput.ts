// Tokens per second over the last few seconds, reported a few times a second.

const REPORT_EVERY = 250
const WINDOW = 3000

export class Throughput {
  private counted = 0
  private marks: { at: number; counted: number }[] = []

  /** `now` gives milliseconds from any beginning. */
  constructor(private readonly now: () => number) {}

  restart(): void {
    this.counted = 0
    this.marks = [{ at: this.now(), counted: 0 }]
  }

  count(tokens: number): void {
    this.counted += tokens
  }

  /**
   * Tokens per second, or undefined when the last report was less than a quarter of a second ago.
   */
  due(): number | undefined {
    const at = this.now()
    const newest = this.marks.at(-1)
    if (newest && at - newest.at < REPORT_EVERY) return undefined
    while (this.marks.length > 1 && at - (this.marks[0]?.at ?? at) > WINDOW) this.marks.shift()
    const oldest = this.marks[0]
    this.marks.push({ at, counted: this.counted })
    return oldest ? ((this.counted - oldest.counted) * 1000) / (at - oldest.at) : 0
  }
}
