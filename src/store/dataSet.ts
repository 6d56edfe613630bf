// Writes a data set: in one step, and never over a file that the curation reads.
// Invariant I7.
import { readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { FailureError, toFailure } from '../shared/errors'
import { LINE_FEED } from './appendFile'
import { replaceFile, writeThrough } from './atomicFile'
import { type CurationPaths, mustBeOutput, overwritten } from './curationPaths'
import { makeFolder, STANDARD_OUTPUT } from './files'

/**
 * The same rows give the same bytes; a file with these bytes is not written. What is no regular
 * file (a pipe, a FIFO, a device) is written to, not replaced.
 * @returns how many rows fewer the file has than before.
 * @throws FailureError `bad-input` for a file that the curation reads, under any name;
 *   `disk-full`, `no-permission`.
 */
export async function writeDataSet(
  file: string,
  rows: Iterable<object>,
  paths: CurationPaths,
): Promise<number> {
  mustBeOutput(file, paths)
  if (await isRead(file, paths)) throw overwritten(file, paths)
  const lines = Array.from(rows, (row) => `${JSON.stringify(row)}\n`)
  if (await isStream(file)) {
    await writeThrough(file, lines)
    return 0
  }
  const present = await readFile(file).catch(() => null)
  if (present && consistsOf(present, lines)) return 0
  await makeFolder(path.dirname(file)).catch((thrown: unknown) => {
    throw new FailureError(toFailure(thrown, file), { cause: thrown })
  })
  await replaceFile(file, lines)
  return present ? Math.max(0, lineCount(present) - lines.length) : 0
}

async function isStream(file: string): Promise<boolean> {
  if (file === STANDARD_OUTPUT) return true
  const there = await stat(file).catch(() => null)
  return there !== null && !there.isFile() && !there.isDirectory()
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

/** The identities of those places that exist. */
async function identities(places: readonly string[]): Promise<string[]> {
  const all = await Promise.all(
    places.map((place) => stat(place, { bigint: true }).catch(() => null)),
  )
  return all.flatMap((stats) => (stats ? [`${stats.dev} ${stats.ino}`] : []))
}

function consistsOf(present: Buffer, lines: readonly string[]): boolean {
  let offset = 0
  for (const line of lines) {
    const bytes = Buffer.from(line)
    if (!present.subarray(offset, offset + bytes.length).equals(bytes)) return false
    offset += bytes.length
  }
  return present.length === offset
}

function lineCount(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines++
  return lines
}
