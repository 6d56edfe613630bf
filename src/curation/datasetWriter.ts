// Keeps the data set on disk up to date in the background: one write at a time, the last request
// never lost.
import { Coalesced } from '../async/coalesced'
import { type Failure, toFailure } from '../shared/errors'

export class DatasetWriter {
  /** Why the file could not follow the last annotation. The annotation itself is kept. */
  failure: Failure | null = null
  private readonly writes = new Coalesced(() => this.writeOnce())

  /** @param onFailureChange called when {@link failure} changed. */
  constructor(
    private readonly write: () => Promise<unknown>,
    private readonly file: string,
    private readonly onFailureChange: () => void,
  ) {}

  /** To be called when the journals may say something else than the file. */
  update(): void {
    this.writes.request()
  }

  /** Resolves when nothing is left to write. */
  settled(): Promise<void> {
    return this.writes.settled()
  }

  private async writeOnce(): Promise<void> {
    try {
      await this.write()
      this.setFailure(null)
    } catch (thrown) {
      this.setFailure(toFailure(thrown, this.file))
    }
  }

  private setFailure(failure: Failure | null): void {
    if (failure === this.failure) return
    this.failure = failure
    this.onFailureChange()
  }
}
