// Whether the data folder of an open curation is there.
import { isDeepStrictEqual } from 'node:util'
import type { CurationPaths } from '../store/curationPaths'
import { type LostData, lostData } from '../store/lostData'

export class DataCheck {
  /** Why the curation has no data although it had some; null while it has its data. */
  lost: LostData | null = null
  private hadData = false

  /** @param onChange called when {@link lost} changed. */
  constructor(private readonly onChange: () => void) {}

  /** @param hasData whether the curation had data when its journals were read last. */
  async look(paths: CurationPaths, hasData: boolean): Promise<void> {
    this.hadData ||= hasData
    const lost = await lostData(paths, this.hadData)
    if (isDeepStrictEqual(lost, this.lost)) return
    this.lost = lost
    this.onChange()
  }
}
