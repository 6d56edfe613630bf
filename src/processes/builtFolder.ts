// Folders that are built once and then stay, in a cache that several processes use.
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { lock } from 'proper-lockfile'

/** A builder that did not renew its lock for so long was killed. */
const STALE_LOCK_MS = 30_000
const LOCK_POLL_MS = 500

/** Locks a folder; waits while another process has the lock. */
export async function lockWhenFree(
  folder: string,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  for (;;) {
    signal.throwIfAborted()
    try {
      return await lock(folder, { realpath: false, stale: STALE_LOCK_MS })
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ELOCKED') throw thrown
    }
    await delay(LOCK_POLL_MS, undefined, { signal })
  }
}

/**
 * The folder, built when it does not exist. An unfinished build never has its name.
 * @param build builds in an empty folder, which is removed as a whole: a killed tool leaves half a
 *   gigabyte behind. It returns the part that becomes the folder.
 */
export async function buildOnce(
  folder: string,
  signal: AbortSignal,
  build: (work: string) => Promise<string>,
): Promise<string> {
  await mkdir(path.dirname(folder), { recursive: true })
  const release = await lockWhenFree(folder, signal)
  try {
    if (existsSync(folder)) return folder
    const work = `${folder}.unfinished`
    await rm(work, { recursive: true, force: true })
    await mkdir(work)
    try {
      await rename(await build(work), folder)
    } finally {
      await rm(work, { recursive: true, force: true })
    }
    return folder
  } finally {
    await release()
  }
}
