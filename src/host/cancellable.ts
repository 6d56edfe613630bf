// Work with a progress notification that cancels it.
import * as vscode from 'vscode'
import { isAbort } from '../shared/errors'

/**
 * Null when the user cancelled.
 * @param work may report what it does at the moment.
 */
export function cancellable<T>(
  title: string,
  work: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Thenable<T | null> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const controller = new AbortController()
      token.onCancellationRequested(() => controller.abort())
      try {
        return await work(controller.signal, (message) => progress.report({ message }))
      } catch (thrown) {
        if (isAbort(thrown)) return null
        throw thrown
      }
    },
  )
}
