// File operations that several stores share.
import { fstatSync, openSync, readSync } from 'node:fs'
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'

/** The file opened for reading, null when it does not exist. */
export async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}

/** {@link openIfThere} at once: a file descriptor. */
export function openIfThereSync(file: string): number | null {
  try {
    return openSync(file, 'r')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}

/** Fills `bytes` from a position on. @returns bytes read: fewer where the file ends before. */
export function readAt(handle: number, bytes: Buffer, position: number): number {
  let done = 0
  while (done < bytes.length) {
    const bytesRead = readSync(handle, bytes, done, bytes.length - done, position + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return done
}

/**
 * Makes a folder, and its parents, where they do not exist. On a read-only disk Node's recursive
 * call fails as if the folder were missing; making the folder alone fails with the true reason.
 * @returns whether it was made now.
 */
export async function makeFolder(folder: string): Promise<boolean> {
  try {
    return (await mkdir(folder, { recursive: true })) !== undefined
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') await mkdir(folder)
    throw thrown
  }
}

/** A path of the standard output. Windows has none: it is known by this name. */
export const STANDARD_OUTPUT = '/dev/stdout'

/** Whether a path leads to what this process writes its output to. */
export async function isStandardOutput(file: string): Promise<boolean> {
  if (file === STANDARD_OUTPUT) return true
  const there = await stat(file).catch(() => null)
  const output = fstatSync(process.stdout.fd)
  return there !== null && there.dev === output.dev && there.ino === output.ino
}
