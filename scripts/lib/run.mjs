// Runs programs for the scripts: prints steps with their duration, shows output only after a
// failure, reports failures in one line.
import { spawn } from 'node:child_process'
import { basename, delimiter, join } from 'node:path'
import { cacheFolder, root } from './paths.mjs'
import { endTree } from './processes.mjs'

/**
 * A failure that the user can correct: `message` is one line, `output` the output of the failed
 * program.
 */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {string} [output]
   */
  constructor(message, output = '') {
    super(message)
    this.output = output
  }
}

const KEPT_OUTPUT = 200_000

/**
 * The environment of child processes: the project's tools (and its Node) come first on the PATH;
 * variables of the surrounding npm script are removed; Python keeps compiled sources in the cache.
 */
export function childEnvironment(extra = {}) {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^npm_(package|lifecycle|config_local_prefix|command|execpath|node_execpath)/.test(name) &&
      name !== 'INIT_CWD',
  )
  const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: '0' }
  return {
    ...Object.fromEntries(inherited),
    ...colours,
    PYTHONDONTWRITEBYTECODE: '',
    PYTHONPYCACHEPREFIX: join(cacheFolder(), 'bytecode'),
    PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`,
    ...extra,
  }
}

/**
 * Arguments for `spawn`. On Windows npm, `code` and the tools of node_modules are scripts, which
 * need a shell and one command line.
 * @param {string} command
 * @param {readonly string[]} args
 */
export function invocation(command, args, system = process.platform) {
  if (system !== 'win32' || basename(command) !== command)
    return { program: command, words: args, shell: false }
  return {
    program: [command, ...args]
      .map((word) => (/^[\w.:\\-]+$/.test(word) ? word : `"${word}"`))
      .join(' '),
    words: [],
    shell: true,
  }
}

/**
 * Runs a program and returns its output. Throws a Failure if it cannot start, exits with another
 * code than 0, or exceeds the time limit. `show` prints the output while the program runs;
 * 'terminal' gives the program the terminal. When the limit is exceeded or this process ends, the
 * program and its descendants are killed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean | 'terminal', limitMinutes?:
 *   number, what?: string }} [options]
 * @returns {Promise<string>}
 */
export async function run(
  command,
  args,
  {
    cwd = root,
    env = childEnvironment(),
    show = false,
    limitMinutes,
    what = `${command} ${args.join(' ')}`,
  } = {},
) {
  const { program, words, shell } = invocation(command, args)
  const child = spawn(program, words, {
    cwd,
    env,
    stdio: show === 'terminal' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    shell,
  })
  let output = ''
  const keep = (target) => (chunk) => {
    output = (output + chunk).slice(-KEPT_OUTPUT)
    if (show) target.write(chunk)
  }
  child.stdout?.setEncoding('utf8').on('data', keep(process.stdout))
  child.stderr?.setEncoding('utf8').on('data', keep(process.stderr))
  let late = false
  const end = () => endTree(child.pid)
  const timer =
    limitMinutes &&
    setTimeout(() => {
      late = true
      end()
    }, limitMinutes * 60_000)
  process.once('exit', end)
  try {
    const { code, signal } = await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve({ code, signal }))
    })
    if (late)
      throw new Failure(
        `${what} did not end within ${limitMinutes} minutes and was killed.`,
        output,
      )
    if (code !== 0) throw new Failure(`${what} ended with ${signal ?? `code ${code}`}.`, output)
    return output
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(
      error.code === 'ENOENT'
        ? `${command} is not installed, or not on the PATH.`
        : `${what} could not be started: ${error.message}`,
    )
  } finally {
    clearTimeout(timer)
    process.removeListener('exit', end)
  }
}

/** Whether a program with this name is on the PATH. */
export async function installed(command) {
  try {
    await run(command, ['--version'])
    return true
  } catch {
    return false
  }
}

/** Prints a step, runs it, and prints its duration if it was long. */
export async function step(sentence, work) {
  const began = performance.now()
  console.log(`${sentence} …`)
  const result = await work()
  const seconds = (performance.now() - began) / 1000
  if (seconds > 5) console.log(`  done in ${seconds.toFixed(0)} s`)
  return result
}

/** Signals that end a script (SIGHUP: its terminal was closed), with its exit codes. */
export const ENDING_SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

/**
 * Runs a script. A Failure ends it with the program's output, one line, and code 1; a signal ends
 * it without output.
 */
export async function script(main) {
  for (const [signal, code] of Object.entries(ENDING_SIGNALS))
    process.once(signal, () => process.exit(code))
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (error.output)
      process.stderr.write(`${error.output.trimEnd().split('\n').slice(-40).join('\n')}\n`)
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
