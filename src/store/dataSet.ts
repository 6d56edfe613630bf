// Writes a data set: in one step, and never over a file that the curation reads.
// Invariant I7.
import { readFile, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { LINE_FEED } from './appendFile'
import { writeNamedFile, writeThrough } from './atomicFile'
import { type CurationPaths, mustBeOutput, overwritten } from './curationPaths'
import { type FileStamp, isSameStamp, isSettled, stampAt } from './fileStamp'
import { STANDARD_OUTPUT } from './files'
import { mustHoldRows } from './foreignFile'

/** A data set as it was written last, to tell without reading it that it is still there. */
export interface WrittenDataSet {
  file: string
  stamp: FileStamp
  /** When the stamp was taken, in milliseconds since 1970. */
  stampedAt: number
  lines: readonly Buffer[]
}

export interface Replacing {
  /** Whether a file that is no data set is refused; it is replaced where a person was asked. */
  keepsOtherFiles?: boolean
}

export interface DataSetWriting {
  /** Rows that the file had before beyond those it has now. */
  lost: number
  /** Null for what is no regular file. */
  written: WrittenDataSet | null
}

/**
 * The same rows give the same bytes; a file with these bytes is not written. What is no regular
 * file (a pipe, a FIFO, a device) is written to, not replaced.
 * @param rows are not changed afterwards: the line of each is made once.
 * @param options.last what the last call wrote.
 * @throws FailureError `bad-input` for a file that the curation reads, under any name, and for one
 *   that may not be replaced; `disk-full`, `no-permission`.
 */
export async function writeDataSet(
  file: string,
  rows: Iterable<object>,
  paths: CurationPaths,
  { last = null, keepsOtherFiles = false }: Replacing & { last?: WrittenDataSet | null } = {},
): Promise<DataSetWriting> {
  mustBeOutput(file, paths)
  if (await isRead(file, paths)) throw overwritten(file, paths)
  const lines = Array.from(rows, lineOf)
  if (await isStream(file)) {
    await writeThrough(file, lines)
    return { lost: 0, written: null }
  }
  if (keepsOtherFiles) await mustHoldRows(file)
  const present = (await asWritten(file, lines, last)) ?? (await asRead(file, lines))
  if (present?.areCurrent !== true) await writeNamedFile(file, lines)
  const stampedAt = Date.now()
  const stamp = await stampAt(file)
  return {
    lost: Math.max(0, (present?.rows ?? 0) - lines.length),
    written: stamp && { file, stamp, stampedAt, lines },
  }
}

const madeLines = new WeakMap<object, Buffer>()

function lineOf(row: object): Buffer {
  const known = madeLines.get(row)
  if (known) return known
  const line = Buffer.from(`${JSON.stringify(row)}\n`)
  madeLines.set(row, line)
  return line
}

/** What a file has before it is written. */
interface PresentRows {
  rows: number
  /** Whether they are the ones to write. */
  areCurrent: boolean
}

/**
 * Null when the file is not the one that was written, or may be another one and would be left
 * alone.
 */
async function asWritten(
  file: string,
  lines: readonly Buffer[],
  last: WrittenDataSet | null,
): Promise<PresentRows | null> {
  if (last?.file !== file) return null
  const stamp = await stampAt(file)
  if (!stamp || !isSameStamp(stamp, last.stamp)) return null
  const areCurrent =
    lines.length === last.lines.length && lines.every((line, at) => line === last.lines[at])
  if (areCurrent && !isSettled(stamp, last.stampedAt)) return null
  return { rows: last.lines.length, areCurrent }
}

/** Null for a file that is not there. */
async function asRead(file: string, lines: readonly Buffer[]): Promise<PresentRows | null> {
  const bytes = await readFile(file).catch(() => null)
  return bytes && { rows: lineCount(bytes), areCurrent: consistsOf(bytes, lines) }
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

function consistsOf(present: Buffer, lines: readonly Buffer[]): boolean {
  let offset = 0
  for (const line of lines) {
    if (!present.subarray(offset, offset + line.length).equals(line)) return false
    offset += line.length
  }
  return present.length === offset
}

function lineCount(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines++
  return lines
}
