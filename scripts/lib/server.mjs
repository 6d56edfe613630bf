// Runs code-server on this machine, with one process group and one folder for all of its state.
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { signalGroup } from './processes.mjs'
import { Failure, run } from './run.mjs'

const START_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 5_000
const LISTENING = /HTTP server listening on (http:\/\/\S+?)\/?\s/

/** No updates, no telemetry, no network access. */
const QUIET = [
  '--disable-telemetry',
  '--disable-update-check',
  '--disable-getting-started-override',
]

/**
 * Installs the extensions into `folder` and serves VS Code from it. `port` 0 selects a free port.
 * @param {import('./codeServer.mjs').CodeServer} tools
 * @param {import('./server.mjs').ServerOptions} options
 * @returns {Promise<import('./server.mjs').Server>}
 */
export async function startServer(
  tools,
  {
    folder,
    extensions,
    env = {},
    host = '127.0.0.1',
    port = 0,
    password,
    workspaceTrust = false,
    before = [],
    options: more = [],
  },
) {
  const { data, environment } = stateIn(folder, { ...env, ...(password && { PASSWORD: password }) })
  await mkdir(folder, { recursive: true })
  for (const vsix of extensions) await installExtension(tools, folder, vsix, env)

  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  const options = [
    '--bind-addr',
    address,
    '--auth',
    password ? 'password' : 'none',
    ...(workspaceTrust ? [] : ['--disable-workspace-trust']),
    ...QUIET,
    ...more,
  ]
  const [program, ...words] = [...before, tools.node, tools.entry, ...options, ...data]
  const child = spawn(program, words, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const logFile = join(folder, 'server.log')
  const log = createWriteStream(logFile)
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  child.once('close', () => log.end())
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve))
  const kill = () => signalGroup(child.pid, 'SIGKILL')
  process.once('exit', kill)

  const stop = async () => {
    process.removeListener('exit', kill)
    signalGroup(child.pid, 'SIGTERM')
    const timer = new AbortController()
    await Promise.race([
      ended,
      wait(STOP_LIMIT_MS, undefined, { signal: timer.signal }).catch(() => {}),
    ])
    timer.abort()
    kill()
    await ended
  }
  try {
    const url = await Promise.race([
      firstAddress(child.stdout),
      ended.then(() => {
        throw new Error('it ended')
      }),
      wait(START_LIMIT_MS, undefined, { ref: false }).then(() => {
        throw new Error('it did not answer within a minute')
      }),
    ])
    return { url, pid: child.pid, logFile, ended, stop }
  } catch (error) {
    await stop()
    const said = await readFile(logFile, 'utf8')
    if (said.includes('EADDRINUSE'))
      throw new Failure(
        `Port ${port} of ${host} is in use by another program: choose another one with --port.`,
      )
    throw new Failure(`code-server could not be started on ${address}: ${error.message}.`, said)
  }
}

/**
 * Installs an extension into the folder of a server. A running server loads it when its window is
 * reloaded.
 */
export async function installExtension(tools, folder, vsix, env = {}) {
  const { data, environment } = stateIn(folder, env)
  await run(tools.node, [tools.entry, ...data, '--install-extension', vsix, '--force'], {
    env: environment,
    what: `Installing ${vsix}`,
  })
}

function stateIn(folder, env) {
  return {
    data: ['--user-data-dir', join(folder, 'user'), '--extensions-dir', join(folder, 'extensions')],
    environment: {
      ...cleanEnvironment(),
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_DATA_HOME: join(folder, 'data'),
      ...env,
    },
  }
}

/** Continues to read after the address: a paused pipe would block the server. */
function firstAddress(stdout) {
  return new Promise((resolve) => {
    let text = ''
    stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
      const address = LISTENING.exec(text)?.[1]
      if (address) resolve(address)
    })
  })
}

/** The environment without variables of a surrounding VS Code, Electron or npm script. */
function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(VSCODE_|CODE_SERVER|ELECTRON_|NODE_OPTIONS$|PASSWORD$|HASHED_PASSWORD$|npm_|INIT_CWD$)/.test(
          name,
        ),
    ),
  )
}
