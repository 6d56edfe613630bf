// Files that are replaced as a whole: a reader sees the old content or the new one, whatever is killed when.
import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { FailureError, toFailure } from '../shared/errors'

/** Text is gathered to writes of about this many characters. */
const WRITE_CHARACTERS = 1 << 20

/**
 * Replaces the content of `file` (creates it if need be; its folder must exist): written beside it, flushed, renamed over it.
 * A link is followed; permissions are kept. When it fails, the old content stands and nothing is left beside it.
 * @param content in pieces.
 * @throws FailureError `disk-full`, `no-permission`, `not-found`.
 */
export async function replaceFile(file: string, content: Iterable<string>): Promise<void> {
  let temporary: string | undefined
  try {
    const target = await realpath(file).catch(() => file)
    const mode = await stat(target).then((stats) => stats.mode & 0o777, () => 0o666)
    temporary = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}.tmp`)
    const handle = await open(temporary, 'wx', mode)
    try {
      for (const text of gathered(content)) await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, target)
    await syncFolder(path.dirname(target))
  } catch (thrown) {
    if (temporary !== undefined) await rm(temporary, { force: true })
    throw new FailureError(toFailure(thrown, file), { cause: thrown })
  }
}

/** Flushes a folder's list of names to disk, on systems that can. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return // folders cannot be opened there
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function* gathered(content: Iterable<string>): Generator<string> {
  let pieces: string[] = []
  let length = 0
  for (const piece of content) {
    pieces.push(piece)
    length += piece.length
    if (length < WRITE_CHARACTERS) continue
    yield pieces.join('')
    pieces = []
    length = 0
  }
  yield pieces.join('')
}
