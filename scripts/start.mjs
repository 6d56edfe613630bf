// `npm start`: installs, builds and packages what is missing, then opens the sample with the extension in a VS Code:
// the desktop's where there is one, else code-server, whose address is the last line printed. `--demo` needs no window.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from './lib/build.mjs'
import { cacheFolder, root } from './lib/paths.mjs'
import { installCodeServer } from './lib/codeServer.mjs'
import { demo } from './lib/demo.mjs'
import { installDependencies } from './lib/deps.mjs'
import { Failure, installed, run, script, step } from './lib/run.mjs'
import { startServer } from './lib/server.mjs'
import { packageExtension } from './lib/vsix.mjs'

const USAGE = `npm start                      opens the sample in VS Code
npm start -- --port P --host H  in code-server, at this address (default: a free port of this machine alone)
npm start -- --demo [--out DIR] runs the sample through the command line, in DIR or a temporary folder`

const SAMPLE = join(root, 'samples')
const LOOPBACK = ['127.0.0.1', 'localhost', '::1']

await script(async (argv) => {
  const options = readArguments(argv)
  if (options.help) return console.log(USAGE)
  await installDependencies()
  await step('Building', build)
  if (options.demo) {
    await demo({ out: options.out })
    return
  }
  const { file } = await step('Packaging', packageExtension)
  const asksForServer = options.port !== undefined || options.host !== undefined
  if (!asksForServer && (await installed('code'))) return openOnDesktop(file)
  return serve(file, options)
})

function readArguments(argv) {
  try {
    return parseArgs({ args: argv, options: { demo: { type: 'boolean' }, out: { type: 'string' }, port: { type: 'string' }, host: { type: 'string' }, help: { type: 'boolean', short: 'h' } } }).values
  } catch (error) {
    throw new Failure(`${error.message}\n${USAGE}`)
  }
}

async function openOnDesktop(vsix) {
  await step('Installing the extension in VS Code', () => run('code', ['--install-extension', vsix, '--force']))
  await run('code', [SAMPLE, join(SAMPLE, 'helpful.aepo.json')])
  console.log(`Opened ${SAMPLE} in VS Code.`)
}

/** Stays in the foreground until Ctrl+C, or until the server ends. */
async function serve(vsix, { port = '0', host = '127.0.0.1' }) {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Failure(`--port ${port} is not a port.`)
  const tools = await installCodeServer()
  const password = LOOPBACK.includes(host) ? undefined : randomBytes(12).toString('base64url')
  const server = await startServer(tools, { folder: join(cacheFolder(), 'vscode-data'), extensions: [vsix], host, port: Number(port), password })
  let asked = false
  const stop = () => {
    asked = true
    void server.stop()
  }
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM').once('SIGINT', stop).once('SIGTERM', stop)

  if (password) console.log(`Password: ${password}. Reach it through https or a tunnel to this machine: over plain http the browser refuses what the editor needs.`)
  console.log('VS Code with the extension and the sample is open at the address below. Ctrl+C ends it.')
  console.log(`${server.url}/?folder=${encodeURIComponent(SAMPLE)}`)
  await server.ended
  if (!asked) throw new Failure(`code-server ended by itself; its log is ${server.logFile}.`)
}
