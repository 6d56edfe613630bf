// A bounded number of tasks at a time; the first failure stops the others.

/**
 * Runs `work` over `items` in order. Rejects with the first failure, after every task that was
 * started has settled; the signal handed to the tasks aborts on that failure and when `signal`
 * does.
 * @param width how many tasks may run at once when so many have finished; in units of `cost`, if
 *   that is given.
 * @param cost what a task counts for; the last one started may exceed the width.
 */
export async function forEachConcurrently<T>(
  items: Iterable<T>,
  width: (finished: number) => number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
  cost: (item: T) => number = () => 1,
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
