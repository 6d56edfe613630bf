// A bounded number of tasks at a time; the first failure aborts the others.

export interface ConcurrencyLimit<T> {
  /**
   * Total cost of the tasks that may run at once, given how many finished. Unlimited by default.
   */
  width?: (finished: number) => number
  /** Cost of one task, 1 by default. The task started last may exceed the width. */
  cost?: (item: T) => number
}

/**
 * Starts `work` on the items in order. Rejects with the first failure, after every started task has
 * settled. The signal passed to the tasks aborts on that failure and with `signal`.
 */
export async function forEachConcurrently<T>(
  items: Iterable<T>,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
  { width = () => Infinity, cost = () => 1 }: ConcurrencyLimit<T> = {},
): Promise<void> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const iterator = items[Symbol.iterator]()
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  let finished = 0
  let load = 0

  async function settle(item: T): Promise<void> {
    try {
      await work(item, either)
      finished++
    } catch (thrown) {
      failures.push(thrown)
      stop.abort()
    } finally {
      load -= cost(item)
    }
  }

  for (let next = iterator.next(); !next.done && !either.aborted; next = iterator.next()) {
    load += cost(next.value)
    const task = settle(next.value).finally(() => running.delete(task))
    running.add(task)
    while (running.size > 0 && load >= width(finished)) await Promise.race(running)
  }
  await Promise.all(running)
  if (failures.length > 0) throw failures[0]
  signal.throwIfAborted()
}
