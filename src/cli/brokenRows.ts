// Broken rows in a file of responses: the option that leaves them out, and the error that names it.
import * as l10n from '@vscode/l10n'
import { oneOrSeveral } from '../core/counted'
import { FailureError } from '../shared/errors'
import { BrokenRowsError } from '../store/checkedRows'
import type { Values } from './command'
import { UsageError } from './usageError'

export const LEAVE_OUT_BROKEN_OPTION = {
  'leave-out-broken': {
    type: 'flag',
    value: '',
    does: l10n.t('leave broken rows out and list them; by default they are an error'),
  },
} as const

/**
 * @param option the option that names the file.
 * @param isFile whether it does.
 * @throws UsageError where broken rows are to be left out of no file.
 */
export function leavesOutBroken(
  { 'leave-out-broken': isGiven = false }: Values<typeof LEAVE_OUT_BROKEN_OPTION>,
  option: string,
  isFile: boolean,
): boolean {
  if (isGiven && !isFile)
    throw new UsageError(l10n.t`--leave-out-broken is for the file of ${option}.`)
  return isGiven
}

/** Adds the option to the failure of a file that is refused for some of its rows. */
export async function offeringToLeaveOut<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (thrown) {
    if (!(thrown instanceof BrokenRowsError)) throw thrown
    const { failure, others } = thrown
    const offer = oneOrSeveral(
      others,
      l10n.t('With --leave-out-broken the other row is taken.'),
      l10n.t`With --leave-out-broken the other ${others} rows are taken.`,
    )
    const remedy = [failure.remedy, offer].filter((part) => part !== undefined).join(' ')
    throw new FailureError({ ...failure, remedy }, { cause: thrown })
  }
}
