// Runs a program to its end, line by line of what it prints.
import * as l10n from '@vscode/l10n'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { failureError } from '../shared/errors'
import { withSystemCertificates } from './network'
import { stopProcessGroup } from './processGroup'

const windows = process.platform === 'win32'

export interface ToolOptions {
  /** Added to this process's environment. */
  env?: NodeJS.ProcessEnv
  signal: AbortSignal
  /** Called with each line of both streams that is not blank. */
  onLine: (line: string) => void
}

export interface ToolEnd {
  /** null when a signal ended it. */
  code: number | null
  /** The last line of both streams, and of standard error; empty without one. */
  lastLine: string
  lastError: string
}

/**
 * Settles when the tool and its children have ended, also on abort.
 * @throws FailureError `cancelled` on abort; the spawn error when it cannot be started.
 */
export function toolEnd(
  [command = '', ...args]: readonly string[],
  { env, signal, onLine }: ToolOptions,
): Promise<ToolEnd> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: withSystemCertificates({ ...process.env, ...env }),
      windowsHide: true,
    })
    // On other systems a tool ends its children when it gets SIGTERM.
    const end = (): void =>
      void (windows && child.pid !== undefined ? stopProcessGroup(child.pid) : child.kill())
    signal.addEventListener('abort', end, { once: true })
    const last = { lastLine: '', lastError: '' }
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (text) => {
        const line = text.trim()
        if (line === '') return
        last.lastLine = line
        if (stream === child.stderr) last.lastError = line
        onLine(line)
      })
    }
    const settled = (): void => signal.removeEventListener('abort', end)
    child.once('error', (error) => {
      settled()
      reject(error)
    })
    child.once('close', (code) => {
      settled()
      if (signal.aborted) reject(failureError('cancelled', l10n.t('Cancelled.')))
      else resolve({ code, ...last })
    })
  })
}
