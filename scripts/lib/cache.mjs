// Builds a folder of the cache once. A folder with its final name is always complete, even if a
// build was interrupted or two processes built it at once.
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const LOCK_POLL_MS = 300
/** A lock without a process id was left by a process that ended before it wrote the id. */
const EMPTY_LOCK_MS = 10_000

let builds = 0
/** Locks of this process. In a container, an earlier process can have had the same process id. */
const held = new Set()

/**
 * Returns `target`; creates it with `build(folder)` if it does not exist. The build uses a
 * temporary name and is renamed at the end. The lock only saves other processes the same work.
 * @param {string} target
 * @param {(folder: string) => Promise<void>} build
 */
export async function buildOnce(target, build) {
  if (existsSync(target)) return target
  await mkdir(dirname(target), { recursive: true })
  const release = await lock(`${target}.lock`)
  try {
    if (existsSync(target)) return target
    await removeAbandoned(target)
    const folder = `${target}.new-${process.pid}-${++builds}`
    try {
      await mkdir(folder)
      await build(folder)
      await rename(folder, target).catch((error) => {
        if (!existsSync(target)) throw error
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    return target
  } finally {
    await release()
  }
}

async function lock(file) {
  for (;;) {
    try {
      const handle = await open(file, 'wx')
      held.add(file)
      await handle.writeFile(String(process.pid))
      await handle.close()
      return () => {
        held.delete(file)
        return rm(file, { force: true })
      }
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (await isAbandonedLock(file)) await rm(file, { force: true })
    else await wait(LOCK_POLL_MS)
  }
}

async function isAbandonedLock(file) {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)])
    return text === ''
      ? Date.now() - mtimeMs > EMPTY_LOCK_MS
      : !isOther(Number(text)) && !held.has(file)
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
}

async function removeAbandoned(target) {
  const prefix = `${basename(target)}.new-`
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix)) continue
    const pid = Number.parseInt(name.slice(prefix.length), 10)
    if (!isOther(pid)) await rm(join(dirname(target), name), { recursive: true, force: true })
  }
}

/** Whether another process with this id is running. */
function isOther(pid) {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
