// Whether the data folder of an open curation is there.
import { isDeepStrictEqual } from 'node:util'
import type { Failure } from '../shared/errors'
import type { CurationPaths } from '../store/curationPaths'
import { lostData } from '../store/lostData'

export class DataCheck {
  /** Why the curation has no data although it had some; null while it has its data. */
  failure: Failure | null = null

  /** @param onChange called when {@link failure} changed. */
  constructor(private readonly onChange: () => void) {}

  async look(paths: CurationPaths): Promise<void> {
    const lost = await lostData(paths)
    if (isDeepStrictEqual(lost, this.failure)) return
    this.failure = lost
    this.onChange()
  }
}
