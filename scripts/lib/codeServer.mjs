// Installs code-server (VS Code without a desktop) and its Node from tools/vscode into the user's
// cache.
import { existsSync } from 'node:fs'
import { copyFile, cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildOnce } from './cache.mjs'
import { npmCi } from './npm.mjs'
import { cacheFolder, fingerprint, platform, root } from './paths.mjs'
import { Failure, step } from './run.mjs'

const SUPPORTED = ['linux-x64', 'linux-arm64']
const SOURCE = join(root, 'tools/vscode')
const FILES = ['package.json', 'package-lock.json', '.npmrc', 'spdlog.mjs', 'native-watchdog.mjs']

/**
 * @returns {Promise<{ folder: string, node: string, entry: string }>} the installation, its Node
 *   executable, and its entry point
 */
export async function installCodeServer() {
  if (!SUPPORTED.includes(platform))
    throw new Failure(
      `code-server is not available for ${platform}: install Visual Studio Code with its "code" command on the PATH.`,
    )
  const name = await fingerprint(
    ...FILES.map((file) => join(SOURCE, file)),
    fileURLToPath(import.meta.url),
  )
  const folder = join(cacheFolder(), `vscode-${name}`)
  if (!existsSync(folder))
    await step('Installing code-server (once; about 700 MB)', () => buildOnce(folder, build))
  return {
    folder,
    node: join(folder, `node_modules/node-${platform}/bin/node`),
    entry: join(folder, 'node_modules/code-server/out/node/entry.js'),
  }
}

/**
 * Runs no install scripts and no compiler: two native packages are replaced, the others contain
 * binaries.
 */
async function build(folder) {
  for (const file of FILES) await cp(join(SOURCE, file), join(folder, file))
  await npmCi(folder)
  const vscode = join(folder, 'node_modules/code-server/lib/vscode')
  // The versions are pinned by the shrinkwrap file of code-server, which omits peer dependencies.
  await npmCi(vscode, ['--legacy-peer-deps', '--omit=dev', '--omit=optional'])
  await copyFile(join(folder, 'spdlog.mjs'), join(vscode, 'node_modules/@vscode/spdlog/index.js'))
  await copyFile(
    join(folder, 'native-watchdog.mjs'),
    join(vscode, 'node_modules/@vscode/native-watchdog/index.js'),
  )
}
