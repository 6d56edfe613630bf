// `aepo`, the command line: exit code 0 done, 1 the work failed, 2 wrong use, stopped by a signal
// by that signal; errors on stderr.
import { describeFailure, toFailure } from '../shared/errors'
import { helpText, parseCall, UsageError } from './arguments'
import { runCall } from './calls'
import { Environment } from './environment'
import { outliveReaders, Output } from './output'

async function main(argv: string[]): Promise<number> {
  const environment = new Environment()
  try {
    const call = parseCall(argv)
    if (call === 'help') {
      process.stdout.write(helpText())
      return 0
    }
    await runCall(call, environment, new Output(call.values.json ?? false))
    return 0
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      process.stderr.write(`aepo: ${thrown.message}\nSee aepo --help.\n`)
      return 2
    }
    process.stderr.write(`aepo: ${describeFailure(toFailure(thrown))}\n`)
    return 1
  } finally {
    await environment.dispose()
    if (environment.stoppedBy) endBy(environment.stoppedBy)
  }
}

/** A shell goes on with its script when a program ends by itself after Ctrl+C. */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

outliveReaders()
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})
