// One piece of work that several callers wait for. Each caller receives its progress; the work is
// cancelled when the last caller cancels.
import { failureError } from '../shared/errors'

export interface SharedWorkOptions<P> {
  signal: AbortSignal
  onProgress: (progress: P) => void
}

interface Attempt<T> {
  /** Settles with the work, whether or not a caller waits. */
  result: Promise<T>
  controller: AbortController
}

/** Starts when the first caller waits, and again after it was cancelled or failed. */
export class SharedWork<T, P> {
  private attempt: Attempt<T> | undefined
  private readonly waiting = new Set<SharedWorkOptions<P>>()

  constructor(private readonly work: (options: SharedWorkOptions<P>) => Promise<T>) {}

  /** Resolves to the result; rejects with `cancelled` as soon as the caller's signal aborts. */
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

  /**
   * Waits for the current attempt. Resolves to its result; undefined if it failed or there is none.
   */
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
    // An aborted attempt holds files and memory until it settles, so the next one starts after it.
    // If it succeeded nevertheless, its result is used.
    const attempt = { result: earlier ? earlier.result.catch(begin) : begin(), controller }
    this.attempt = attempt
    attempt.result.catch(() => {
      if (this.attempt === attempt) this.attempt = undefined
    })
    return attempt
  }
}
