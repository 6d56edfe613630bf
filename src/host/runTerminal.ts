// A terminal that shows a run's log as it grows. Closing it leaves the run alone.
import { type StatWatcher, createReadStream, unwatchFile, watchFile } from 'node:fs'
import * as vscode from 'vscode'
import type { TrainingRun } from '../curation/run'

const POLL_MS = 300

export function openRunTerminal(run: TrainingRun): void {
  const output = new vscode.EventEmitter<string>()
  let offset = 0
  let reading: Promise<void> = Promise.resolve()
  let watcher: StatWatcher | null = null

  async function readOn(): Promise<void> {
    const stream = createReadStream(run.logFile, { start: offset, encoding: 'utf8' })
    for await (const text of stream) {
      offset += Buffer.byteLength(text as string)
      output.fire((text as string).replace(/\r?\n/g, '\r\n'))
    }
  }

  const terminal = vscode.window.createTerminal({
    name: `AEPO ${run.file.id}`,
    iconPath: new vscode.ThemeIcon('mortar-board'),
    pty: {
      onDidWrite: output.event,
      open: () => {
        const next = (): void => {
          reading = reading.then(readOn).catch((thrown: unknown) => output.fire(`${String(thrown)}\r\n`))
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
