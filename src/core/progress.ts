// Rates and times left of long work, from samples of a clock that the caller reads.

/** Seconds over which the rate is smoothed. */
const WINDOW_SECONDS = 30

/** Estimates how long work takes from (seconds, done) samples over a sliding window. */
export class ProgressEstimate {
  private readonly samples: { seconds: number; done: number }[] = []

  /** `seconds` must not go back; `done` counts units finished so far. */
  add(seconds: number, done: number): void {
    this.samples.push({ seconds, done })
    while (this.samples.length > 2 && seconds - (this.samples[1]?.seconds ?? 0) > WINDOW_SECONDS)
      this.samples.shift()
  }

  /** Units per second over the window; null until two samples differ in time and work. */
  rate(): number | null {
    const first = this.samples[0]
    const last = this.samples.at(-1)
    if (!first || !last || last.seconds <= first.seconds || last.done <= first.done) return null
    return (last.done - first.done) / (last.seconds - first.seconds)
  }

  /** Seconds until `total` units are done at the present rate; null while the rate is unknown. */
  secondsLeft(total: number): number | null {
    const rate = this.rate()
    const done = this.samples.at(-1)?.done ?? 0
    return rate === null ? null : Math.max(0, total - done) / rate
  }
}
