// Work with a progress notification that cancels it.
import * as vscode from 'vscode'
import { isAbort } from '../shared/errors'

/** null when the user cancelled. */
export function cancellable<T>(
  title: string,
  work: (signal: AbortSignal) => Promise<T>,
): Thenable<T | null> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_, token) => {
      const controller = new AbortController()
      token.onCancellationRequested(() => controller.abort())
      try {
        return await work(controller.signal)
      } catch (thrown) {
        if (isAbort(thrown)) return null
        throw thrown
      }
    },
  )
}
