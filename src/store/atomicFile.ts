// Files that are replaced as a whole: a reader sees the old content or the new one, whatever is
// killed when.
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { FailureError, toFailure } from '../shared/errors'
import { isStandardOutput, makeFolder } from './files'
import { temporaryBeside } from './temporaryFiles'

/** Pieces are gathered to writes of about this many bytes. */
const WRITE_BYTES = 1 << 20

/** After 10, 20, 40 … ms: 0.6 s in all. */
const RENAME_TRIES = 7

type Pieces = Iterable<string | Uint8Array> | AsyncIterable<Uint8Array>

/**
 * Replaces the content of `file` (creates it if need be; its folder must exist): written beside it,
 * flushed, renamed over it. A link is followed; permissions are kept. When it fails, the old
 * content stands and nothing is left beside it.
 * @param content in pieces.
 * @throws FailureError `disk-full`, `no-permission`, `not-found`.
 */
export async function replaceFile(file: string, content: Pieces): Promise<void> {
  let temporary: string | undefined
  try {
    const target = await realpath(file).catch(() => file)
    const mode = await stat(target).then(
      (stats) => stats.mode & 0o777,
      () => null,
    )
    temporary = temporaryBeside(target)
    const handle = await open(temporary, 'wx', mode ?? 0o666)
    try {
      // The umask may have removed bits. A file system without permissions needs no change.
      if (mode !== null && ((await handle.stat()).mode & 0o777) !== mode) await handle.chmod(mode)
      for await (const bytes of gathered(content)) await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await renameOver(temporary, target)
    await syncFolder(path.dirname(target))
  } catch (thrown) {
    if (temporary !== undefined) await rm(temporary, { force: true })
    throw new FailureError(toFailure(thrown, file), { cause: thrown })
  }
}

/**
 * {@link replaceFile} for a file that the user names: makes its folder where there is none.
 * @throws FailureError `disk-full`, `no-permission`.
 */
export async function writeNamedFile(file: string, content: Pieces): Promise<void> {
  await makeFolder(path.dirname(file)).catch((thrown: unknown) => {
    throw new FailureError(toFailure(thrown, file), { cause: thrown })
  })
  await replaceFile(file, content)
}

/**
 * Writes to something that is no regular file: a pipe, a FIFO or a device, which a rename would
 * replace. A reader that stops reading ends the writing.
 * @throws FailureError `disk-full`, `no-permission`.
 */
export async function writeThrough(file: string, content: Pieces): Promise<void> {
  try {
    // a socket, which standard output may be, cannot be opened by its path
    if (await isStandardOutput(file)) {
      for await (const bytes of gathered(content)) await writeOutput(bytes)
      return
    }
    const handle = await open(file, 'w')
    try {
      for await (const bytes of gathered(content)) await handle.writeFile(bytes)
    } finally {
      await handle.close()
    }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EPIPE') return
    throw new FailureError(toFailure(thrown, file), { cause: thrown })
  }
}

const writeOutput = (bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()))
  })

/**
 * Windows renames over no file that something, a virus scanner say, holds open: that is a matter of
 * milliseconds.
 */
async function renameOver(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await rename(from, to)
      return
    } catch (thrown) {
      const isHeld =
        process.platform === 'win32' &&
        ['EPERM', 'EACCES', 'EBUSY'].includes((thrown as NodeJS.ErrnoException).code ?? '')
      if (!isHeld || tries === RENAME_TRIES) throw thrown
      await wait(5 * 2 ** tries)
    }
  }
}

/** Flushes a folder's list of names to disk, on systems that can. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return // folders cannot be opened there
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (thrown) {
    // Some network file systems flush no folders.
    if (!['EINVAL', 'ENOTSUP'].includes((thrown as NodeJS.ErrnoException).code ?? '')) throw thrown
  } finally {
    await handle.close()
  }
}

async function* gathered(content: Pieces): AsyncGenerator<Buffer> {
  let pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of content) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    pieces.push(bytes)
    length += bytes.length
    if (length < WRITE_BYTES) continue
    yield Buffer.concat(pieces)
    pieces = []
    length = 0
  }
  yield Buffer.concat(pieces)
}
