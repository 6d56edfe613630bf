// Milliseconds a task was in view: runs while the document is visible, so a hidden editor costs
// nothing.

export class Stopwatch {
  private counted = 0
  private since: number | null = null

  /** `now` reads a monotonic clock in milliseconds. */
  constructor(
    private readonly now: () => number,
    private visible: boolean,
  ) {}

  restart(): void {
    this.counted = 0
    this.since = this.visible ? this.now() : null
  }

  setVisible(visible: boolean): void {
    this.counted = this.milliseconds()
    this.visible = visible
    this.since = visible ? this.now() : null
  }

  milliseconds(): number {
    return Math.round(this.counted + (this.since === null ? 0 : this.now() - this.since))
  }
}
