// Flags: prompts that an annotator wants to come back to. The data set does not depend on them.
import { randomUUID } from 'node:crypto'
import type { Curation } from '../curation'

/** Resolves when the record is flushed to disk; nothing is written where nothing changes. */
export async function setFlag(
  curation: Curation,
  promptId: string,
  flagged: boolean,
): Promise<void> {
  const { store, annotator } = curation
  await store.transaction(async (transaction) => {
    if (store.annotations.flagged(annotator).has(promptId) === flagged) return
    const at = curation.now().toISOString()
    await transaction.appendAnnotation({
      kind: 'flag',
      id: randomUUID(),
      promptId,
      annotator,
      flagged,
      at,
    })
  })
}
