// Files that a killed process left while it replaced others: see `atomicFile.ts`.
import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'

/** A name that a file has until it is whole. */
const TEMPORARY = /^\..+\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/

/** No process writes to a file for so long without a change of it. */
const ABANDONED_MILLISECONDS = 10 * 60_000

/** Removes them from a folder. One that cannot be removed stays: it costs nothing but space. */
export async function removeAbandoned(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((one) => TEMPORARY.test(one))) {
    const file = path.join(folder, name)
    const changed = await stat(file).catch(() => null)
    if (changed && Date.now() - changed.mtimeMs > ABANDONED_MILLISECONDS)
      await rm(file, { force: true }).catch(() => undefined)
  }
}
