// A terminal that shows the log of a run as it grows, also of a run that was resumed. Closing it
// does not stop the run.
import { type StatWatcher, unwatchFile, watchFile } from 'node:fs'
import * as vscode from 'vscode'
import { methodOf } from '../core/training/methods/table'
import { RunLog } from '../training/runLog'
import type { TrainingRun } from '../training/trainingRun'

const POLL_MS = 300

export function openRunTerminal(run: TrainingRun): void {
  // The method is what can be read of a long name in a narrow list.
  const name = `${methodOf(run.file.method).label} ${run.file.id}`
  const open = vscode.window.terminals.find(
    (each) => each.name === name && each.exitStatus === undefined,
  )
  if (open) {
    open.show(true)
    return
  }
  const output = new vscode.EventEmitter<string>()
  const log = new RunLog(run)
  let reading: Promise<void> = Promise.resolve()
  let watcher: StatWatcher | null = null

  async function readOn(): Promise<void> {
    for await (const text of log.newText()) output.fire(text.replace(/\r?\n/g, '\r\n'))
  }

  const terminal = vscode.window.createTerminal({
    name,
    iconPath: new vscode.ThemeIcon('mortar-board'),
    pty: {
      onDidWrite: output.event,
      open: () => {
        const next = (): void => {
          reading = reading
            .then(readOn)
            .catch((thrown: unknown) => output.fire(`${String(thrown)}\r\n`))
        }
        watcher = watchFile(run.logFile, { interval: POLL_MS }, next)
        next()
      },
      close: () => {
        if (watcher) unwatchFile(run.logFile)
        output.dispose()
      },
    },
  })
  terminal.show(true)
}
