// One load that several callers may wait for: each sees its progress, and it is given up when the
// last of them gives up.
import type { LoadProgress } from '../../shared/engineProtocol'
import { fail } from '../../shared/errors'

export interface LoadOptions {
  signal: AbortSignal
  onProgress: (progress: LoadProgress) => void
}

interface Attempt<T> {
  /** Settles with the load, whoever waits. */
  result: Promise<T>
  controller: AbortController
}

/** Begins when first waited for, and anew where it was given up or failed. */
export class SharedLoad<T> {
  #attempt: Attempt<T> | undefined
  readonly #waiting = new Set<LoadOptions>()

  constructor(private readonly load: (options: LoadOptions) => Promise<T>) {}

  /** The result, or a rejection with `cancelled` as soon as the caller's signal says so. */
  async wait(options: LoadOptions): Promise<T> {
    const { signal } = options
    if (signal.aborted) throw fail('cancelled', 'Cancelled.')
    const { result, controller } = this.#joinOrBegin()
    this.#waiting.add(options)
    let cancel = (): void => undefined
    const cancelled = new Promise<never>((_, reject) => {
      cancel = () => {
        this.#waiting.delete(options)
        if (this.#waiting.size === 0) controller.abort()
        reject(fail('cancelled', 'Cancelled.'))
      }
    })
    signal.addEventListener('abort', cancel, { once: true })
    try {
      return await Promise.race([result, cancelled])
    } finally {
      signal.removeEventListener('abort', cancel)
      this.#waiting.delete(options)
    }
  }

  /** What was loaded, once nothing is under way; undefined for nothing. */
  async settled(): Promise<T | undefined> {
    return this.#attempt?.result.catch(() => undefined)
  }

  #joinOrBegin(): Attempt<T> {
    const earlier = this.#attempt
    if (earlier && !earlier.controller.signal.aborted) return earlier
    const controller = new AbortController()
    const begin = async (): Promise<T> => {
      controller.signal.throwIfAborted()
      return this.load({
        signal: controller.signal,
        onProgress: (progress) => {
          for (const { onProgress } of this.#waiting) onProgress(progress)
        },
      })
    }
    // One that was given up holds files and memory until it has ended; it may even have come to its
    // end.
    const attempt = { result: earlier ? earlier.result.catch(begin) : begin(), controller }
    this.#attempt = attempt
    attempt.result.catch(() => {
      if (this.#attempt === attempt) this.#attempt = undefined
    })
    return attempt
  }
}
