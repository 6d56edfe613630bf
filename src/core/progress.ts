// Rate and remaining time of long work. The caller reads the clock.

/** Seconds over which the rate is smoothed. */
const WINDOW_SECONDS = 30

/** Estimates the rate from (seconds, done) samples in a sliding window. */
export class ProgressEstimate {
  private readonly samples: { seconds: number; done: number }[] = []

  /** @param seconds must not decrease. @param done units finished so far. */
  add(seconds: number, done: number): void {
    this.samples.push({ seconds, done })
    while (this.samples.length > 2 && seconds - this.samples[1]!.seconds > WINDOW_SECONDS)
      this.samples.shift()
  }

  /** Units per second in the window; null until two samples differ in time and work. */
  rate(): number | null {
    const first = this.samples[0]
    const last = this.samples.at(-1)
    if (!first || !last || last.seconds <= first.seconds || last.done <= first.done) return null
    return (last.done - first.done) / (last.seconds - first.seconds)
  }

  /** Seconds until `total` units are done at the current rate; null while the rate is unknown. */
  secondsLeft(total: number): number | null {
    const rate = this.rate()
    return rate === null ? null : Math.max(0, total - this.samples.at(-1)!.done) / rate
  }
}
