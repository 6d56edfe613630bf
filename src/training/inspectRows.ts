// The runner's inspection of the rows of a run, before anything is loaded or trained.
import { type Inspection, inspectionSchema } from '../core/training/inspection'
import { runnerOutput, type Runner } from '../processes/pythonRunner'
import { failureError } from '../shared/errors'

/** Exit code of the runner for input that the user can correct. */
const BAD_INPUT = 2

/**
 * @param tokens how many rows to return as tokens.
 * @throws FailureError `bad-input` with the runner's sentence, `training-failed` when it broke,
 *   `cancelled`.
 */
export async function inspectRows(
  runner: Runner,
  folder: string,
  tokens: number,
  signal: AbortSignal,
): Promise<Inspection> {
  const { code, stdout, stderr } = await runnerOutput(
    runner,
    folder,
    ['inspect', '--run-dir', folder, '--tokens', String(tokens)],
    signal,
  )
  const said = lastLine(stderr)
  if (code === BAD_INPUT) throw failureError('bad-input', said)
  const parsed = inspectionSchema.safeParse(jsonIn(stdout))
  if (code === 0 && parsed.success) return parsed.data
  throw failureError(
    'training-failed',
    `The rows could not be inspected: ${said === '' ? `Python ended with ${String(code)}` : said}`,
    { where: runner.python, remedy: 'Check that this interpreter has TRL and its packages.' },
  )
}

/** Libraries may print before the object. */
function jsonIn(stdout: string): unknown {
  try {
    return JSON.parse(lastLine(stdout))
  } catch {
    return undefined
  }
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)?.trim() ?? ''
