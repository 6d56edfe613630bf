// Coalesces requests for the same work: all requests that arrive during a run share one further
// run.

export class Coalesced {
  private isRequested = false
  private running: Promise<void> | null = null
  private waiting = 0
  private endRest: () => void = () => undefined

  /**
   * @param work must not reject.
   * @param rest how long no run begins after one, in durations of that run. A call of
   *   {@link settled} ends the rest.
   */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly rest = 0,
  ) {}

  /** Runs the work now, or once more after the current run and its rest. */
  request(): void {
    this.isRequested = true
    this.running ??= this.runWhileRequested()
  }

  /** Resolves when no run is in progress or requested. */
  async settled(): Promise<void> {
    this.waiting++
    this.endRest()
    while (this.running) await this.running
    this.waiting--
  }

  private async runWhileRequested(): Promise<void> {
    try {
      while (this.isRequested) {
        this.isRequested = false
        const began = performance.now()
        await this.work()
        await this.restFor((performance.now() - began) * this.rest)
      }
    } finally {
      this.running = null
    }
  }

  private async restFor(milliseconds: number): Promise<void> {
    if (milliseconds === 0 || this.waiting > 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.endRest = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
