// A curation whose labels are all there.
import type { Curation } from '../../../src/curation/curation'
import { CurationFolder } from '../curation/support/curationFolder'
import { decide, taskAt } from '../curation/support/labelling'

const PROMPTS = Array.from({ length: 9 }, (_, place) => `prompt ${place}`)

/** Nine prompts, each with a ranking of k responses. */
export async function labelled(k: number): Promise<Curation> {
  const folder = new CurationFolder(PROMPTS, {
    sampling: { n: 4 },
    selection: { method: 'aepo', k, lambda: 0.5, guard: true },
  })
  const curation = await folder.generated('ann')
  for (const place of PROMPTS.keys()) {
    const task = taskAt(curation, place)
    const tiers = task.responses.map(({ candidateId }) => [candidateId])
    await decide(curation, task, { kind: 'ranking', tiers })
  }
  return curation
}
