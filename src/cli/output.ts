// What the command line prints: progress on stderr when a person watches, the result on stdout.
import type { Activity } from '../shared/editorProtocol'

/** A reader that has read enough (`| head`) is no failure: the work goes on without it. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}

export class Output {
  private progressShown = false

  constructor(private readonly json: boolean) {}

  /** The outcome: sentences for a person, or the object alone under --json. */
  result(value: Record<string, unknown>, sentence: string): void {
    this.endProgress()
    process.stdout.write(this.json ? `${JSON.stringify(value)}\n` : `${sentence}\n`)
  }

  message(text: string): void {
    this.endProgress()
    process.stderr.write(`${text}\n`)
  }

  readonly progress = ({ sentence, done, total, tokensPerSecond, secondsLeft }: Activity): void => {
    if (this.json || !process.stderr.isTTY) return
    const rate = tokensPerSecond === null ? '' : `, ${Math.round(tokensPerSecond)} tokens/s`
    const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`
    process.stderr.write(`\r\u001b[K${sentence}: ${done}/${total}${rate}${left}`)
    this.progressShown = true
  }

  private endProgress(): void {
    if (this.progressShown) process.stderr.write('\r\u001b[K')
    this.progressShown = false
  }
}
