// Recognises an append-only file that another process may have replaced by one with the same name.
import { closeSync, fstatSync } from 'node:fs'
import { openIfThereSync, readAt } from './files'

/** Inode numbers are used again: the end of the part that is known must be unchanged too. */
const FINGERPRINT_BYTES = 64

/** The identity of an open file, whose first `length` bytes are known. */
export function identityOf(handle: number, length: number): string {
  const { ino, birthtimeNs } = fstatSync(handle, { bigint: true })
  const end = Buffer.alloc(Math.min(length, FINGERPRINT_BYTES))
  const bytesRead = readAt(handle, end, length - end.length)
  return `${ino} ${birthtimeNs} ${end.toString('latin1', 0, bytesRead)}`
}

/** {@link identityOf} a file by its name; empty for none. */
export function identityAt(file: string, length: number): string {
  const handle = openIfThereSync(file)
  if (handle === null) return ''
  try {
    return identityOf(handle, length)
  } finally {
    closeSync(handle)
  }
}
