// What the command line prints: messages and progress to stderr, the result to stdout.
import * as l10n from '@vscode/l10n'
import type { Activity } from '../shared/curationViews'
import { harmless } from './terminalText'

/** Keeps the work going after the reader of a pipe has ended (`| head`). */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}

export class Output {
  private progressShown = false

  constructor(private readonly json: boolean) {}

  /** The outcome: the sentence, or the object under --json. */
  result(value: Record<string, unknown>, sentence: string): void {
    this.endProgress()
    process.stdout.write(this.json ? `${JSON.stringify(value)}\n` : `${harmless(sentence)}\n`)
  }

  message(text: string): void {
    this.endProgress()
    process.stderr.write(`${harmless(text)}\n`)
  }

  readonly progress = ({
    sentence,
    done,
    total,
    tokensPerSecond,
    secondsLeft,
  }: Omit<Activity, 'kind'>): void => {
    if (this.json || !process.stderr.isTTY) return
    const parts = [`${harmless(sentence)}: ${done}/${total}`]
    if (tokensPerSecond !== null) parts.push(l10n.t`${Math.round(tokensPerSecond)} tokens/s`)
    if (secondsLeft !== null) parts.push(l10n.t`${Math.ceil(secondsLeft)} s left`)
    process.stderr.write(`\r\u001b[K${parts.join(', ')}`)
    this.progressShown = true
  }

  private endProgress(): void {
    if (this.progressShown) process.stderr.write('\r\u001b[K')
    this.progressShown = false
  }
}
