// Coalesces requests for the same work: all requests that arrive during a run share one further
// run.

export class Coalesced {
  private isRequested = false
  private running: Promise<void> | null = null

  /** @param work must not reject. */
  constructor(private readonly work: () => Promise<void>) {}

  /** Runs the work now, or once more after the current run. */
  request(): void {
    this.isRequested = true
    this.running ??= this.runWhileRequested()
  }

  /** Resolves when no run is in progress or requested. */
  async settled(): Promise<void> {
    while (this.running) await this.running
  }

  private async runWhileRequested(): Promise<void> {
    try {
      while (this.isRequested) {
        this.isRequested = false
        await this.work()
      }
    } finally {
      this.running = null
    }
  }
}
