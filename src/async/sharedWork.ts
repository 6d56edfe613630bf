// One piece of work that several callers may wait for: each sees its progress, and it is cancelled
// when the last of them cancels.
import { failureError } from '../shared/errors'

export interface SharedWorkOptions<P> {
  signal: AbortSignal
  onProgress: (progress: P) => void
}

interface Attempt<T> {
  /** Settles with the work, whoever waits. */
  result: Promise<T>
  controller: AbortController
}

/** Begins when a caller first waits, and again after it was cancelled or failed. */
export class SharedWork<T, P> {
  private attempt: Attempt<T> | undefined
  private readonly waiting = new Set<SharedWorkOptions<P>>()

  constructor(private readonly work: (options: SharedWorkOptions<P>) => Promise<T>) {}

  /** The result, or a rejection with `cancelled` as soon as the caller's signal says so. */
  async wait(options: SharedWorkOptions<P>): Promise<T> {
    const { signal } = options
    if (signal.aborted) throw failureError('cancelled', 'Cancelled.')
    const { result, controller } = this.joinOrBegin()
    this.waiting.add(options)
    let cancel = (): void => undefined
    const cancelled = new Promise<never>((_, reject) => {
      cancel = () => {
        this.waiting.delete(options)
        if (this.waiting.size === 0) controller.abort()
        reject(failureError('cancelled', 'Cancelled.'))
      }
    })
    signal.addEventListener('abort', cancel, { once: true })
    try {
      return await Promise.race([result, cancelled])
    } finally {
      signal.removeEventListener('abort', cancel)
      this.waiting.delete(options)
    }
  }

  /** The result once nothing is under way; undefined where there is none. */
  async settled(): Promise<T | undefined> {
    return this.attempt?.result.catch(() => undefined)
  }

  private joinOrBegin(): Attempt<T> {
    const earlier = this.attempt
    if (earlier && !earlier.controller.signal.aborted) return earlier
    const controller = new AbortController()
    const begin = async (): Promise<T> => {
      controller.signal.throwIfAborted()
      return this.work({
        signal: controller.signal,
        onProgress: (progress) => {
          for (const { onProgress } of this.waiting) onProgress(progress)
        },
      })
    }
    // One that was given up holds files and memory until it has ended; it may even have come to its
    // end.
    const attempt = { result: earlier ? earlier.result.catch(begin) : begin(), controller }
    this.attempt = attempt
    attempt.result.catch(() => {
      if (this.attempt === attempt) this.attempt = undefined
    })
    return attempt
  }
}
