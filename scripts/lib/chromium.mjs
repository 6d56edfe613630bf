// Finds Chromium for the browser tests, or installs Debian's package.
import { existsSync } from 'node:fs'
import { Failure, run, step } from './run.mjs'

/** Paths of distributions and installers. The environment variable has precedence. */
const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Chromium's executable. @throws Failure if there is none. */
export function findChromium() {
  const place = PLACES.find((path) => path && existsSync(path))
  if (!place)
    throw new Failure(
      'Chromium is missing: install it (Debian: apt-get install chromium) or name its executable in the environment variable CHROMIUM.',
    )
  return place
}

export async function installChromium() {
  try {
    return findChromium()
  } catch (missing) {
    if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) throw missing
  }
  await step('Installing Chromium', async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update'], { env })
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env })
  })
  return findChromium()
}
