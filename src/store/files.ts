// What several stores need of the file system.
import { type FileHandle, open } from 'node:fs/promises'

/** The file opened for reading, null when it does not exist. */
export async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}
