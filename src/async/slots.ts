// A counting semaphore whose count can shrink; waiters are served in order of arrival.

export class Slots {
  /** Negative while more slots are in use than `count` allows. */
  private free: number
  private readonly waiting = new Set<() => void>()

  constructor(private count: number) {
    this.free = count
  }

  /** Halves the number of slots; at least one remains. */
  halve(): void {
    const half = Math.max(1, Math.floor(this.count / 2))
    this.free -= this.count - half
    this.count = half
  }

  /**
   * Runs `work` in a slot. Rejects with the reason of `signal` if it aborts before there is one.
   */
  async with<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.acquire(signal)
    try {
      return await work()
    } finally {
      this.release()
    }
  }

  private acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.free > 0) {
      this.free--
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const start = (): void => {
        signal.removeEventListener('abort', cancel)
        resolve()
      }
      const cancel = (): void => {
        this.waiting.delete(start)
        reject(signal.reason as Error)
      }
      this.waiting.add(start)
      signal.addEventListener('abort', cancel, { once: true })
    })
  }

  private release(): void {
    const [next] = this.waiting
    if (!next || this.free < 0) {
      this.free++
      return
    }
    this.waiting.delete(next)
    next()
  }
}
