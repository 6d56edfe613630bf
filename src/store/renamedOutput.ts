// The data set of a curation file that was renamed: by convention it has the name of the curation.
import { existsSync } from 'node:fs'
import { readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { withOutput } from '../core/formats/editCurationFile'
import { replaceFile } from './atomicFile'
import { readCurationFile } from './curationFileStore'
import { dataFolder } from './curationPaths'

export interface RenamedOutput {
  /** Absolute paths: with the earlier and with the new name. */
  from: string
  to: string
  /** The value of `output` for {@link to}; null where the curation file does not have this key. */
  output: string | null
}

const ENDING = '.dpo.jsonl'

const nameOf = (file: string): string => path.basename(dataFolder(file), '.aepo')

/**
 * The data set that still has the earlier name of a curation; null where there is none, where it
 * has a name of its own, or where the new name is taken.
 * @throws FailureError for an invalid curation file.
 */
export async function outputOfEarlierName(
  earlierFile: string,
  file: string,
): Promise<RenamedOutput | null> {
  const { output } = await readCurationFile(file)
  const named = output ?? `${nameOf(earlierFile)}${ENDING}`
  if (path.basename(named) !== `${nameOf(earlierFile)}${ENDING}`) return null
  const base = path.dirname(file)
  const renamed = `${named.slice(0, -path.basename(named).length)}${nameOf(file)}${ENDING}`
  const [from, to] = [path.resolve(base, named), path.resolve(base, renamed)]
  if (!existsSync(from) || existsSync(to)) return null
  return { from, to, output: output === undefined ? null : renamed }
}

/** Gives the data set its new name, in the curation file as well where that names it. */
export async function renameOutput(
  file: string,
  { from, to, output }: RenamedOutput,
): Promise<void> {
  if (output !== null) await replaceFile(file, [withOutput(await readFile(file, 'utf8'), output)])
  await rename(from, to)
}
