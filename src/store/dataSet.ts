// Writes a data set: in one step, and never over a file that the curation reads.
// Invariant I7.
import { readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { FailureError, toFailure } from '../shared/errors'
import { replaceFile } from './atomicFile'
import { type CurationPaths, mustBeOutput, overwritten } from './curationPaths'
import { makeFolder } from './files'

/**
 * The same rows give the same bytes; a file with these bytes is not written.
 * @throws FailureError `bad-input` for a file that the curation reads, under any name;
 *   `disk-full`, `no-permission`.
 */
export async function writeDataSet(
  file: string,
  rows: Iterable<object>,
  paths: CurationPaths,
): Promise<void> {
  mustBeOutput(file, paths)
  if (await isRead(file, paths)) throw overwritten(file, paths)
  const lines = Array.from(rows, (row) => `${JSON.stringify(row)}\n`)
  if (await holds(file, lines)) return
  await makeFolder(path.dirname(file)).catch((thrown: unknown) => {
    throw new FailureError(toFailure(thrown, file), { cause: thrown })
  })
  await replaceFile(file, lines)
}

/**
 * Whether the file, or a folder above it, is one that the curation reads. Compared by identity on
 * disk: names may differ in case, or be links.
 */
async function isRead(
  file: string,
  { file: curation, prompts, guidelines, folder }: CurationPaths,
): Promise<boolean> {
  const read = await identities([
    curation,
    prompts,
    folder,
    ...(guidelines === null ? [] : [guidelines]),
  ])
  const places = await identities(withParents(await realpath(file).catch(() => file)))
  return places.some((id) => read.includes(id))
}

function withParents(file: string): string[] {
  const parent = path.dirname(file)
  return parent === file ? [file] : [file, ...withParents(parent)]
}

/** Of the places that exist. */
async function identities(places: readonly string[]): Promise<string[]> {
  const all = await Promise.all(
    places.map((place) => stat(place, { bigint: true }).catch(() => null)),
  )
  return all.flatMap((stats) => (stats ? [`${stats.dev} ${stats.ino}`] : []))
}

/** Whether the file consists of exactly these lines. */
async function holds(file: string, lines: readonly string[]): Promise<boolean> {
  const present = await readFile(file).catch(() => null)
  let offset = 0
  for (const line of lines) {
    const bytes = Buffer.from(line)
    if (!present?.subarray(offset, offset + bytes.length).equals(bytes)) return false
    offset += bytes.length
  }
  return present?.length === offset
}
