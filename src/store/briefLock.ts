// A lock between processes for work of some milliseconds: whoever comes second waits.
import { setTimeout as wait } from 'node:timers/promises'
import lockfile from 'proper-lockfile'

/** After so long without a sign of life the holder counts as killed. */
const STALE_MILLISECONDS = 5000

/**
 * Waits of 5, 10, 20 … up to 250 ms between attempts: some eight seconds in all, longer than a
 * killed holder's lock lives.
 */
const ATTEMPTS = 40
const LONGEST_WAIT_MILLISECONDS = 250

/**
 * Runs `work` while no other process runs any under the same name.
 * @param name path of a lock to be; its folder must exist. `<name>.lock` is made and removed.
 * @throws Error with code `ELOCKED` when others held it all the time; errors of the file system at
 *   once.
 */
export async function withBriefLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const unlock = await acquire(name)
  try {
    return await work()
  } finally {
    await giveBack(unlock)
  }
}

/** A lock that was lost meanwhile is given back already. */
export async function giveBack(unlock: () => Promise<void>): Promise<void> {
  await unlock().catch((thrown: unknown) => {
    if ((thrown as NodeJS.ErrnoException).code !== 'ERELEASED') throw thrown
  })
}

async function acquire(name: string): Promise<() => Promise<void>> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await lockfile.lock(name, {
        realpath: false,
        stale: STALE_MILLISECONDS,
        onCompromised: () => undefined,
      })
    } catch (thrown) {
      if (!isLocked(thrown) || attempt === ATTEMPTS) throw thrown
      await wait(Math.min(5 * 2 ** attempt, LONGEST_WAIT_MILLISECONDS))
    }
  }
}

/** Whether this is how a lock that another holds is told. */
export function isLocked(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | null)?.code === 'ELOCKED'
}
