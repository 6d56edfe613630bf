// What several stores need of the file system.
import { type FileHandle, mkdir, open } from 'node:fs/promises'

/** The file opened for reading, null when it does not exist. */
export async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}

/**
 * Makes a folder, and those it lies in, where they are not there; whether it was made now. Node
 * tells of a read-only disk as if the folder were missing: the folder by itself fails with the true
 * reason.
 */
export async function makeFolder(folder: string): Promise<boolean> {
  try {
    return (await mkdir(folder, { recursive: true })) !== undefined
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') await mkdir(folder)
    throw thrown
  }
}
