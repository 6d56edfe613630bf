// The names that files have until they are whole, and what a killed process leaves under them.
import { randomUUID } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'

const TEMPORARY = /^\..+\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/

/** No process writes to a file for so long without a change of it. */
const ABANDONED_MILLISECONDS = 10 * 60_000

/** A path beside a file, which no other file has. */
export const temporaryBeside = (file: string): string =>
  path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.tmp`)

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
