// One process at a time writes candidates of a curation; the lock of a process that was killed is taken over.
import { readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import lockfile from 'proper-lockfile'
import { z } from 'zod'
import { FailureError, fail, toFailure } from '../shared/errors'
import { isLocked, withBriefLock } from './briefLock'
import { makeDataFolder } from './dataFolder'

/** Without a sign of life for so long, a lock counts as left behind (by a process of another machine, say). */
const STALE_MILLISECONDS = 15_000

const ownerSchema = z.object({ pid: z.number().int().positive(), host: z.string() })

/**
 * @param folder the curation's data folder; made if need be.
 * @param onLost told when the lock could not be kept, as after the machine slept: another process may generate too.
 * @returns what gives the lock back.
 * @throws FailureError `busy` while another process, or this one, holds it.
 */
export async function lockGeneration(folder: string, onLost: (message: string) => void): Promise<() => Promise<void>> {
  try {
    await makeDataFolder(folder)
    // One at a time, or two processes could take over the same lock.
    return await withBriefLock(path.join(folder, '.generating'), () => acquire(folder, onLost))
  } catch (thrown) {
    if (!isLocked(thrown)) throw new FailureError(toFailure(thrown, folder), { cause: thrown })
    throw fail('busy', 'Another process generates candidates for this curation.', { where: folder, remedy: 'Wait for it, or stop it.' })
  }
}

async function acquire(folder: string, onLost: (message: string) => void): Promise<() => Promise<void>> {
  const lock = path.join(folder, '.generation.lock')
  const owner = path.join(folder, '.generation.json')
  if (await isLeftBehind(owner)) await rmdir(lock).catch(() => undefined)
  const unlock = await lockfile.lock(folder, {
    lockfilePath: lock,
    realpath: false,
    stale: STALE_MILLISECONDS,
    onCompromised: (error) => onLost(`${folder}: the lock on generation was lost (${error.message}). Stop one of the two if another process generates.`),
  })
  const release = async (): Promise<void> => {
    await rm(owner, { force: true })
    await unlock()
  }
  try {
    await writeFile(owner, `${JSON.stringify({ pid: process.pid, host: os.hostname() })}\n`)
  } catch (thrown) {
    await release()
    throw thrown
  }
  return release
}

/** Whether the lock's process ran on this machine and is gone. */
async function isLeftBehind(ownerFile: string): Promise<boolean> {
  const text = await readFile(ownerFile, 'utf8').catch(() => null)
  const owner = ownerSchema.safeParse(text === null ? null : safeJson(text)).data
  return owner?.host === os.hostname() && !isAlive(owner.pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM' // it lives and is another user's
  }
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
