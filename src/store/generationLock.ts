// One process at a time writes candidates of a curation; the lock of a process that was killed is
// taken over.
// Invariant I14.
import * as l10n from '@vscode/l10n'
import { readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import lockfile from 'proper-lockfile'
import { z } from 'zod'
import { processExists } from '../async/processExists'
import { jsonOf } from '../core/text/values'
import { FailureError, failureError, toFailure } from '../shared/errors'
import { removeAbandoned } from './temporaryFiles'
import { giveBack, isLocked, withBriefLock } from './briefLock'
import { makeDataFolder } from './dataFolder'

/**
 * Without a sign of life for so long, a lock counts as left behind (by a process of another
 * machine, say).
 */
const STALE_MILLISECONDS = 15_000

const ownerSchema = z.object({ pid: z.number().int().positive(), host: z.string() })

export interface GenerationLock {
  /**
   * Aborted, with a failure as its reason, when the lock could not be kept, as after the machine
   * slept: another process may have it.
   */
  readonly lost: AbortSignal
  readonly release: () => Promise<void>
}

/**
 * Removes what killed processes left in the folder, too.
 * @param folder the curation's data folder; made if need be.
 * @throws FailureError `busy` while another process, or this one, holds it.
 */
export async function lockGeneration(folder: string): Promise<GenerationLock> {
  try {
    await makeDataFolder(folder)
    // One at a time, or two processes could take over the same lock.
    const held = await withBriefLock(path.join(folder, '.generating'), () => acquire(folder))
    await removeAbandoned(folder)
    return held
  } catch (thrown) {
    if (!isLocked(thrown)) throw new FailureError(toFailure(thrown, folder), { cause: thrown })
    throw failureError('busy', l10n.t('Another process generates candidates for this curation.'), {
      where: folder,
      remedy: l10n.t('Wait for it, or stop it.'),
    })
  }
}

async function acquire(folder: string): Promise<GenerationLock> {
  const lock = path.join(folder, '.generation.lock')
  const owner = path.join(folder, '.generation.json')
  if (await isLeftBehind(owner)) await rmdir(lock).catch(() => undefined)
  const lost = new AbortController()
  const unlock = await lockfile.lock(folder, {
    lockfilePath: lock,
    realpath: false,
    stale: STALE_MILLISECONDS,
    onCompromised: ({ message }) =>
      lost.abort(
        failureError('busy', l10n.t`The lock on generation was lost (${message}).`, {
          where: folder,
          remedy: l10n.t('Start again, unless another process generates now.'),
        }),
      ),
  })
  const own = `${JSON.stringify({ pid: process.pid, host: os.hostname() })}\n`
  await writeFile(owner, own).catch(async (thrown: unknown) => {
    await giveBack(unlock)
    throw thrown
  })
  const release = async (): Promise<void> => {
    const isAnothers = (await readFile(owner, 'utf8').catch(() => own)) !== own
    if (isAnothers) return
    await rm(owner, { force: true })
    await giveBack(unlock)
  }
  return { lost: lost.signal, release }
}

/** Whether the lock's process ran on this machine and is gone. */
async function isLeftBehind(ownerFile: string): Promise<boolean> {
  const text = await readFile(ownerFile, 'utf8').catch(() => null)
  const owner = ownerSchema.safeParse(jsonOf(text ?? '')).data
  return owner?.host === os.hostname() && !processExists(owner.pid)
}
