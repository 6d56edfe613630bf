// `aepo`, the command line. Exit code 0 success, 1 the work failed, 2 wrong use; stopped by a
// signal, it ends by that signal. Errors are printed to stderr.
import './localise' // first: it loads the translations for the modules after it
import * as l10n from '@vscode/l10n'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describeFailure, toFailure } from '../shared/errors'
import { namedCommand, parseArguments } from './arguments'
import { Environment } from './environment'
import { helpText } from './help'
import { ignoreClosedPipes, Output } from './output'
import { ROOT } from './paths'
import { harmless } from './terminalText'
import { UsageError } from './usageError'

async function main(argv: string[]): Promise<number> {
  const environment = new Environment()
  try {
    await perform(argv, environment)
    return 0
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      const help = ['aepo', namedCommand(argv), '--help'].filter(Boolean).join(' ')
      process.stderr.write(`aepo: ${harmless(thrown.message)}\n${l10n.t`See ${help}.`}\n`)
      return 2
    }
    process.stderr.write(`aepo: ${harmless(describeFailure(toFailure(thrown)))}\n`)
    return 1
  } finally {
    await environment.dispose()
    if (environment.stoppedBy) endBy(environment.stoppedBy)
  }
}

async function perform(argv: string[], environment: Environment): Promise<void> {
  const asked = parseArguments(argv)
  switch (asked.do) {
    case 'version':
      process.stdout.write(`${version()}\n`)
      return
    case 'help':
      process.stdout.write(helpText(asked.name))
      return
    case 'run':
      await asked.command.run(asked.call, { environment, output: new Output(asked.json) })
  }
}

function version(): string {
  const manifest = readFileSync(path.join(ROOT, 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

/** Otherwise a shell script continues after Ctrl+C, as after a program that ended by itself. */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

ignoreClosedPipes()
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})
