// The runner's inspection of the rows of a run, before anything is loaded or trained.
import * as l10n from '@vscode/l10n'
import { jsonOf } from '../core/text/values'
import { type Inspection, inspectionSchema, refusalSchema } from '../core/training/inspection'
import { recordedFailure } from '../core/training/state'
import { runnerOutput, type Runner } from '../processes/pythonRunner'
import { FailureError, failureError } from '../shared/errors'

interface InspectOptions {
  /** How many rows to return as tokens. */
  tokens: number
  /** Another machine trains: packages that the options need are not looked for here. */
  isElsewhere: boolean
}

/**
 * @throws FailureError the one that the runner prints, mostly `bad-input`; `training-failed` when
 *   it breaks, `cancelled`.
 */
export async function inspectRows(
  runner: Runner,
  folder: string,
  { tokens, isElsewhere }: InspectOptions,
  signal: AbortSignal,
): Promise<Inspection> {
  const { code, stdout, stderr } = await runnerOutput(
    runner,
    folder,
    [
      ...['inspect', '--run-dir', folder, '--tokens', String(tokens)],
      ...(isElsewhere ? ['--elsewhere'] : []),
    ],
    signal,
  )
  const printed = jsonIn(stdout)
  const refusal = refusalSchema.safeParse(printed)
  if (refusal.success) throw new FailureError(recordedFailure(refusal.data.failure))
  const parsed = inspectionSchema.safeParse(printed)
  if (code === 0 && parsed.success) return parsed.data
  const said = lastLine(stderr)
  throw failureError(
    'training-failed',
    said === ''
      ? l10n.t`The rows could not be inspected: Python ended with ${String(code)}`
      : l10n.t`The rows could not be inspected: ${said}`,
    {
      where: runner.python,
      remedy: l10n.t('Check that this interpreter has TRL and its packages.'),
    },
  )
}

/** Libraries may print before the object. */
const jsonIn = (stdout: string): unknown => jsonOf(lastLine(stdout))

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)?.trim() ?? ''
