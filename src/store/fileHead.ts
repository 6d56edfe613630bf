// The first bytes of files and of streams, which tell their format.
import * as l10n from '@vscode/l10n'
import { open, stat } from 'node:fs/promises'
import { FailureError, failureError, toFailure } from '../shared/errors'

/**
 * The first bytes of a file.
 * @throws FailureError `bad-input` for a pipe or a device: files are read more than once, and
 *   opening a pipe that nobody writes to never ends; file-system failures.
 */
export async function headOf(file: string, bytes: number): Promise<Buffer> {
  try {
    const stats = await stat(file)
    if (!stats.isFile() && !stats.isDirectory()) throw notStored(file)
    const handle = await open(file, 'r')
    try {
      const buffer = Buffer.alloc(bytes)
      return buffer.subarray(0, (await handle.read(buffer, 0, bytes, 0)).bytesRead)
    } finally {
      await handle.close()
    }
  } catch (thrown) {
    throw new FailureError(toFailure(thrown, file), { cause: thrown })
  }
}

const notStored = (where: string): FailureError =>
  failureError('bad-input', l10n.t('This is a pipe or a device, whose rows are there only once.'), {
    where,
    remedy: l10n.t('Write them to a file, and name that.'),
  })

export interface Peeked {
  /** At least so many bytes as asked for, where the stream has them. */
  head: Buffer
  /** The whole stream, with its head. Must be read, unless the stream is closed. */
  all: AsyncGenerator<Buffer>
  /** Closes a stream that is not read: to return `all` before it began would not. */
  close: () => Promise<void>
}

/** Reads the beginning of a stream, and gives the stream back with it. */
export async function peek(stream: AsyncGenerator<Buffer>, bytes: number): Promise<Peeked> {
  const chunks: Buffer[] = []
  let length = 0
  while (length < bytes) {
    const next = await stream.next()
    if (next.done) break
    chunks.push(next.value)
    length += next.value.length
  }
  const head = Buffer.concat(chunks)
  const close = async (): Promise<void> => {
    await stream.return(undefined)
  }
  return { head, all: prepended(head, stream), close }
}

async function* prepended(head: Buffer, stream: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head
    yield* stream
  } finally {
    await stream.return(undefined)
  }
}
