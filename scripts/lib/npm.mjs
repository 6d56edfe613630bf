// Installs packages from a lock file through npm, and says in one line why when it cannot.
import { Failure, childEnvironment, run } from './run.mjs'

const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT/

/** `npm ci` in a folder, without install scripts: none of them is needed, and one would fetch what no lock file pins. */
export async function npmCi(folder, args = []) {
  try {
    await run('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', ...args], { cwd: folder, env: childEnvironment({ ONNXRUNTIME_NODE_INSTALL: 'skip' }), what: `npm ci in ${folder}` })
  } catch (error) {
    const reason = UNREACHABLE.exec(error.output ?? '')?.[0]
    if (reason) throw new Failure(`npm cannot reach its package registry (${reason}): connect to the network, then run this again.`)
    throw error
  }
}
