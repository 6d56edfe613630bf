// Finds Chromium for the browser tests, or installs Debian's packages.
import { existsSync } from 'node:fs'
import { Failure, run, step } from './run.mjs'

/**
 * Chromium without the browser around it: the same pages, opened in a third of the time. Not the
 * script in /usr/bin, which leaves its child behind when it is killed.
 */
const SHELL = '/usr/lib/chromium/chromium-headless-shell'

/** Paths of distributions and installers. The environment variable has precedence. */
const PLACES = [
  process.env.CHROMIUM,
  SHELL,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Chromium's executable. @throws Failure if there is none. */
export function findChromium() {
  const place = foundChromium()
  if (!place)
    throw new Failure(
      'Chromium is missing: install it (Debian: apt-get install chromium chromium-headless-shell) or name its executable in the environment variable CHROMIUM.',
    )
  return place
}

let installation

/** Installs Debian's packages where it may. Where the shell is missing, the browser will do. */
export function installChromium() {
  return (installation ??= findOrInstall())
}

async function findOrInstall() {
  const mayInstall = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0
  if (mayInstall && !process.env.CHROMIUM && !existsSync(SHELL))
    await step('Installing Chromium', install).catch((error) => {
      if (!(error instanceof Failure) || !foundChromium()) throw error
      console.log(`The tests use ${foundChromium()}: ${error.message}`)
    })
  return findChromium()
}

function foundChromium() {
  return PLACES.find((path) => path && existsSync(path))
}

async function install() {
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    limitMinutes: 5,
  }
  await run('apt-get', ['update'], options)
  // Not every release of Debian has the shell.
  for (const name of ['chromium', 'chromium-headless-shell'])
    await run('apt-get', ['install', '-y', '--no-install-recommends', name], options)
}
