// A curation with a second round, which samples from the built model of a training run.
import { mkdirSync } from 'node:fs'
import type { CurationFileInput } from '../../../../src/core/formats/curationFile'
import { beginRound } from '../../../../src/curation/beginRound'
import type { Curation } from '../../../../src/curation/curation'
import { CurationFolder } from './curationFolder'
import { decide, taskAt } from './labelling'

export const RUN = '2026-01-01T00-00-00-dpo'
export const NEXT = { generator: { model: `run:${RUN}` } }
export const PROMPTS = ['one', 'two', 'three']
export const SAMPLING = { sampling: { n: 4 } }

/** The model of {@link RUN} is built; no round samples from it yet. */
export function newFolder(
  prompts: readonly string[],
  settings: Partial<CurationFileInput>,
): CurationFolder {
  const folder = new CurationFolder(prompts, settings)
  mkdirSync(folder.inside(`a.aepo/runs/${RUN}/generator`), { recursive: true })
  return folder
}

/** Round 1 sampled, the first prompt of it labelled; then round 2 begun. */
export async function twoRounds(folder: CurationFolder): Promise<Curation> {
  const first = await folder.generated()
  await decide(first, taskAt(first, 0))
  await beginRound(first, NEXT)
  return folder.open()
}
