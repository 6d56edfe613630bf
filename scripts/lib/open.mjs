// Opens the sample workspace with the extension: in the desktop's VS Code, or in code-server, of
// which one runs at a time.
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installCodeServer } from './codeServer.mjs'
import { cacheFolder, root } from './paths.mjs'
import { ENDING_SIGNALS, Failure, run, step } from './run.mjs'
import { installExtension, startServer } from './server.mjs'

const SAMPLE = join(root, 'samples')
/**
 * Settings of a new window: it shows the sample and its readme. Changes by the user are kept.
 */
const FIRST_SETTINGS = {
  'chat.disableAIFeatures': true,
  'git.openRepositoryInParentFolders': 'never',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'readme',
}
const LOOPBACK = ['127.0.0.1', 'localhost', '::1']
const ANSWER_LIMIT_MS = 5_000

export async function openOnDesktop(vsix) {
  await step('Installing the extension in VS Code', () =>
    run('code', ['--install-extension', vsix, '--force'], {
      what: 'Installing the extension by the command "code"',
    }),
  )
  await run('code', ['--new-window', SAMPLE, join(SAMPLE, 'first-labels.aepo.json')], {
    what: 'Opening VS Code by the command "code"',
  })
  console.log(`Opened ${SAMPLE} in VS Code.`)
}

/**
 * Runs in the foreground until Ctrl+C, the end of its terminal, or the end of the server. If a
 * server is already running, installs the extension in it and prints its address.
 */
export async function serve(vsix, { port, host = '127.0.0.1' } = {}) {
  if (port !== undefined && (!/^\d{1,5}$/.test(port) || Number(port) > 65_535))
    throw new Failure(`--port ${port} is not a port.`)
  const tools = await installCodeServer()
  const folder = join(cacheFolder(), 'vscode-data')
  const record = join(folder, 'server.json')
  const running = await runningServer(record)
  if (running) return reuse(running, tools, folder, vsix, port)

  await writeFirstSettings(join(folder, 'user/User'))
  const password = LOOPBACK.includes(host) ? undefined : randomBytes(12).toString('base64url')
  const server = await startServer(tools, {
    folder,
    extensions: [vsix],
    host,
    port: Number(port ?? 0),
    password,
  })
  await writeFile(record, JSON.stringify({ url: server.url }))
  let asked = false
  const stop = () => {
    asked = true
    void server.stop()
  }
  for (const signal of Object.keys(ENDING_SIGNALS))
    process.removeAllListeners(signal).once(signal, stop)

  if (password)
    console.log(
      `Password: ${password}. Reach it through https or a tunnel to this machine: over plain http the browser refuses what the editor needs.`,
    )
  console.log(
    'VS Code with the extension and the sample is open at the address below. Ctrl+C ends it.',
  )
  console.log(address(server.url))
  await server.ended
  await rm(record, { force: true })
  if (!asked) throw new Failure(`code-server ended by itself; its log is ${server.logFile}.`)
}

async function writeFirstSettings(folder) {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'settings.json'), `${JSON.stringify(FIRST_SETTINGS, null, 2)}\n`, {
    flag: 'wx',
  }).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
}

const address = (url) => `${url}/?folder=${encodeURIComponent(SAMPLE)}`

async function reuse(url, tools, folder, vsix, port) {
  if (port !== undefined && new URL(url).port !== port)
    throw new Failure(
      `code-server runs already, at ${url}: end it with Ctrl+C in its terminal, then run this again.`,
    )
  await step('Installing the extension in the code-server that runs already', () =>
    installExtension(tools, folder, vsix),
  )
  console.log(
    'VS Code was open already, from an earlier npm start, at the address below. Reload its window for the extension as it is now.',
  )
  console.log(address(url))
}

/** The address of a running server that an earlier call started, if any. */
async function runningServer(record) {
  try {
    const { url } = JSON.parse(await readFile(record, 'utf8'))
    const { ok } = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) })
    return ok ? url : undefined
  } catch {
    return undefined // none was started, or it has ended
  }
}
