// The log of a run as people read it, as it grows.
import { createReadStream } from 'node:fs'
import { LogText } from '../core/training/logText'
import { methodOf } from '../core/training/methods/table'
import type { TrainingRun } from './trainingRun'

export class RunLog {
  private readonly decoder = new TextDecoder()
  private readonly text: LogText

  /** @param offset bytes of the log that are passed over. */
  constructor(
    private readonly run: Pick<TrainingRun, 'file' | 'logFile'>,
    private offset = 0,
  ) {
    this.text = new LogText(methodOf(run.file.method).figures)
  }

  /** What was written since the last call, in pieces. */
  async *newText(): AsyncGenerator<string> {
    for await (const bytes of createReadStream(this.run.logFile, { start: this.offset })) {
      this.offset += (bytes as Buffer).length
      yield this.text.take(this.decoder.decode(bytes as Buffer, { stream: true }))
    }
  }
}
