// Installs the project's dependencies if node_modules differs from package-lock.json.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { npmCi } from './npm.mjs'
import { root } from './paths.mjs'
import { Failure, step } from './run.mjs'

const LEAST_NODE = 20

export async function installDependencies() {
  if (Number.parseInt(process.versions.node, 10) < LEAST_NODE)
    throw new Failure(
      `Node ${process.versions.node} is too old: install Node ${LEAST_NODE} or newer.`,
    )
  if (await isInstalled(root)) return
  await step('Installing dependencies', () => npmCi(root))
}

/**
 * Compares the lock file with npm's record of the last installation. Packages for other platforms
 * may be absent.
 */
export async function isInstalled(folder) {
  const [wanted, present] = await Promise.all(
    [join(folder, 'package-lock.json'), join(folder, 'node_modules/.package-lock.json')].map(
      packagesOf,
    ),
  )
  if (!wanted)
    throw new Failure(
      `${join(folder, 'package-lock.json')} is missing: this is not a whole checkout.`,
    )
  if (!present) return false
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const there = present[path]
    return there
      ? there.version === entry.version && there.integrity === entry.integrity
      : mayBeAbsent(entry)
  })
}

/** npm omits optional packages for other systems, and the packages that only those need. */
function mayBeAbsent({ optional, os, cpu, libc }) {
  const madeForThis =
    os !== undefined && fits(os, process.platform) && fits(cpu, process.arch) && libc === undefined
  return optional === true && !madeForThis
}

function fits(allowed, value) {
  if (allowed === undefined) return true
  const names = [allowed].flat()
  return (
    names.includes(value) ||
    (names.every((name) => name.startsWith('!')) && !names.includes(`!${value}`))
  )
}

async function packagesOf(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}
