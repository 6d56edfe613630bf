// Whether the other rows of a file are taken where some are broken.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { BrokenRowsError } from '../../store/checkedRows'

/**
 * Reads a file; where some of its rows are broken the user sees them and decides.
 * @param takeOthers the button that takes the other rows, by their number.
 * @throws what `read` throws, also where the user declines.
 */
export async function askingOfBroken<T>(
  read: (leavesOutBroken: boolean) => Promise<T>,
  takeOthers: (others: number) => string,
): Promise<T> {
  try {
    return await read(false)
  } catch (thrown) {
    if (!(thrown instanceof BrokenRowsError)) throw thrown
    const leaveOut = takeOthers(thrown.others)
    const choice = await vscode.window.showWarningMessage(
      l10n.t('Some rows are broken. Leave them out?'),
      { modal: true, detail: thrown.failure.message.trimEnd() },
      leaveOut,
    )
    if (choice !== leaveOut) throw thrown
    return read(true)
  }
}
