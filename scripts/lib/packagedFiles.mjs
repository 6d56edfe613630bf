// The files that the package is made of.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { root } from './paths.mjs'

/** They decide how the files are packaged. */
const RULES = ['.vscodeignore', 'package-lock.json', 'scripts/lib/vsix.mjs']

/** A hash of all that a package is made of: where it is equal, so is the package. */
export async function hashOfPackaged() {
  const hash = createHash('sha256')
  for (const file of [...RULES, ...(await packagedFiles())]) {
    const content = await readFile(join(root, file))
    hash.update(`${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/** What the allowlist names, and in its folders also what it does not; relative to the checkout. */
export async function packagedFiles() {
  const allowlist = await readFile(join(root, '.vscodeignore'), 'utf8')
  const patterns = [...allowlist.matchAll(/^!(.+)$/gm)].map(([, pattern]) => pattern)
  const files = await Promise.all(patterns.map(candidatesOf))
  return [...new Set(files.flat())].sort()
}

/** @param {string} pattern */
async function candidatesOf(pattern) {
  if (!pattern.includes('*')) return [pattern]
  const fixed = pattern.slice(0, pattern.indexOf('*'))
  const entries = await readdir(join(root, dirname(`${fixed}*`)), {
    recursive: pattern.includes('**'),
    withFileTypes: true,
  })
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)).replaceAll(sep, '/'))
    .filter((file) => file.startsWith(fixed))
}
