// One load that several callers may wait for: each sees its progress, and it is given up when the last of them gives up.
import type { LoadProgress } from '../../shared/engineProtocol'
import { fail } from '../../shared/errors'

export interface LoadOptions {
  signal: AbortSignal
  onProgress: (progress: LoadProgress) => void
}

export class SharedLoad<T> {
  /** Settles with the load, whoever waits. */
  readonly result: Promise<T>
  readonly #waiting = new Set<LoadOptions>()
  readonly #controller = new AbortController()

  constructor(load: (options: LoadOptions) => Promise<T>) {
    this.result = load({
      signal: this.#controller.signal,
      onProgress: (progress) => {
        for (const { onProgress } of this.#waiting) onProgress(progress)
      },
    })
    this.result.catch(() => undefined) // told to those who wait
  }

  /** The result, or a rejection with `cancelled` as soon as the caller's signal says so. */
  async wait(options: LoadOptions): Promise<T> {
    const { signal } = options
    if (signal.aborted) throw fail('cancelled', 'Cancelled.')
    this.#waiting.add(options)
    let cancel = (): void => undefined
    const cancelled = new Promise<never>((_, reject) => {
      cancel = () => {
        this.#waiting.delete(options)
        if (this.#waiting.size === 0) this.#controller.abort()
        reject(fail('cancelled', 'Cancelled.'))
      }
    })
    signal.addEventListener('abort', cancel, { once: true })
    try {
      return await Promise.race([this.result, cancelled])
    } finally {
      signal.removeEventListener('abort', cancel)
      this.#waiting.delete(options)
    }
  }
}
