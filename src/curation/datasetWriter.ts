// Keeps the data set on disk up to date in the background: one write at a time, the last request
// never lost.
import { type Failure, toFailure } from '../shared/errors'

export class DatasetWriter {
  /** Why the file could not follow the last annotation, if so. The annotation itself is kept. */
  failure: Failure | null = null
  private isStale = false
  private writing: Promise<void> | null = null

  /** @param onFailureChange told when {@link failure} came or went. */
  constructor(
    private readonly write: () => Promise<unknown>,
    private readonly file: string,
    private readonly onFailureChange: () => void,
  ) {}

  /** To be called when the file may no longer say what the journals do. */
  update(): void {
    this.isStale = true
    this.writing ??= this.writeWhileStale()
  }

  /** Resolves when nothing is left to write. */
  async settled(): Promise<void> {
    while (this.writing) await this.writing
  }

  private async writeWhileStale(): Promise<void> {
    try {
      while (this.isStale) {
        this.isStale = false
        await this.write()
      }
      this.tell(null)
    } catch (thrown) {
      this.tell(toFailure(thrown, this.file))
    } finally {
      this.writing = null
    }
  }

  private tell(failure: Failure | null): void {
    if (failure === this.failure) return
    this.failure = failure
    this.onFailureChange()
  }
}
