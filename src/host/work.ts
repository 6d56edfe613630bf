// Work under way on a curation: one piece at a time, which can be stopped, and what it met with.
import type { Activity } from '../shared/curationViews'
import { type Failure, isAbort, toFailure } from '../shared/errors'

export type Work = (signal: AbortSignal) => Promise<void>

/** `busy`: it did not begin, since other work is under way. */
export type WorkEnd = 'done' | 'stopped' | 'busy'

interface UnderWay {
  work: Work
  controller: AbortController
  ended: Promise<unknown>
}

export class WorkSlot {
  /** What the last work or command met with, until it is dismissed or other work begins. */
  failure: Failure | null = null
  activity: Activity | null = null
  private underWay: UnderWay | null = null

  /**
   * @param onChange called when {@link isBusy}, {@link activity} or {@link failure} changed.
   * @param onFailure called with what work met with.
   */
  constructor(
    private readonly onChange: () => void,
    private readonly onFailure: (failure: Failure) => void = () => undefined,
  ) {}

  get isBusy(): boolean {
    return this.underWay !== null
  }

  /**
   * Runs `work`, unless other work is under way. Rejects with the failure of the work, which is
   * kept as {@link failure}.
   */
  async run(work: Work): Promise<WorkEnd> {
    if (this.underWay) return 'busy'
    const controller = new AbortController()
    const done = this.attempt(work, controller.signal)
    this.underWay = { work, controller, ended: done.catch(() => undefined) }
    this.onChange()
    return done
  }

  readonly showActivity = (activity: Activity): void => {
    this.activity = activity
    this.onChange()
  }

  showFailure(failure: Failure | null): void {
    this.failure = failure
    this.onChange()
  }

  /** Shows `failure` in the place of an earlier one; null hides that, if it is shown. */
  replaceFailure(earlier: Failure | null, failure: Failure | null): void {
    if (failure || (earlier && this.failure === earlier)) this.showFailure(failure)
  }

  /** Asks the work to end. */
  stop(): void {
    this.underWay?.controller.abort()
  }

  /** Stops the work and waits for its end; the result is what was stopped. */
  async stopped(): Promise<Work | null> {
    const { underWay } = this
    this.stop()
    await underWay?.ended
    return underWay?.work ?? null
  }

  private async attempt(work: Work, signal: AbortSignal): Promise<WorkEnd> {
    this.failure = null
    try {
      await work(signal)
      return 'done'
    } catch (thrown) {
      if (isAbort(thrown)) return 'stopped'
      this.failure = toFailure(thrown)
      this.onFailure(this.failure)
      throw thrown
    } finally {
      this.underWay = null
      this.activity = null
      this.onChange()
    }
  }
}
