// Work that is asked for more often than it can run: requests that come while it runs are answered
// by one more run after it.

export class Coalesced {
  private isRequested = false
  private running: Promise<void> | null = null

  /** @param work must not reject. */
  constructor(private readonly work: () => Promise<void>) {}

  /** Runs the work now, or once more after the present run. */
  request(): void {
    this.isRequested = true
    this.running ??= this.runWhileRequested()
  }

  /** Resolves when every request so far is answered. */
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
