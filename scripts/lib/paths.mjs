// Paths: the checkout, the user's cache, and names derived from the contents of files.
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Shared by all checkouts of one user; safe to delete at any time. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'aepo-curation')
}

/** 16 hexadecimal digits of a hash of the files' contents. */
export async function fingerprint(...files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(await readFile(file))
  return hash.digest('hex').slice(0, 16)
}

/** The VSIX target of this platform. */
export const platform = `${process.platform}-${process.arch}`
