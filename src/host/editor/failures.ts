// Failures as the webview may see them: files by their name in the workspace, never by a path of
// this machine.
import path from 'node:path'
import * as vscode from 'vscode'
import { type Failure, FailureError, toFailure } from '../../shared/errors'

export function withoutPaths(failure: Failure): Failure {
  const { where } = failure
  if (where === undefined || !path.isAbsolute(where)) return failure
  const relative = vscode.workspace.asRelativePath(where, false)
  return { ...failure, where: path.isAbsolute(relative) ? path.basename(where) : relative }
}

/** Runs a request of the webview; what it throws loses its paths. */
export async function answer<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw new FailureError(withoutPaths(toFailure(thrown)), { cause: thrown })
  }
}
