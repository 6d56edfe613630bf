// Installs packages from a lock file with npm; reports a failure in one line.
import { Failure, childEnvironment, run } from './run.mjs'

const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT/

/**
 * `npm ci` in a folder, without install scripts: none is needed, and one downloads files that no
 * lock file pins.
 */
export const npmCi = (folder, args = []) => npm('ci', folder, args)

/**
 * The same for a lock file without the optional packages of other systems, which `npm ci` refuses.
 * The packages in the lock file are installed as pinned.
 */
export const npmInstallLocked = (folder) => npm('install', folder, ['--no-save'])

async function npm(command, folder, args) {
  try {
    await run('npm', [command, '--ignore-scripts', '--no-fund', '--no-audit', ...args], {
      cwd: folder,
      env: childEnvironment({ ONNXRUNTIME_NODE_INSTALL: 'skip' }),
      what: `npm ${command} in ${folder}`,
    })
  } catch (error) {
    const reason = UNREACHABLE.exec(error.output ?? '')?.[0]
    if (reason)
      throw new Failure(
        `npm cannot reach its package registry (${reason}): connect to the network, then run this again.`,
      )
    throw error
  }
}
