// Vectors of pools and their prompts before a rule that learns needs them: labelling waits for no
// model then.
import type { Prompt } from '../../shared/domain'
import type { EmbeddingStore } from '../../store/embeddings'
import type { Curation } from '../curation'
import type { Engine } from '../engine'
import { embedPool, type EmbedPoolOptions } from '../selection/embedPool'
import { embedPrompts, hasPromptVector } from './promptVectors'

/** @throws FailureError of the engine and the file system. */
export async function embedForLearning(
  curation: Curation,
  engine: Engine,
  prompt: Prompt,
  options: EmbedPoolOptions,
): Promise<void> {
  const { embeddings } = await embedPool(curation, engine, prompt, options)
  await embedPrompts(curation, engine, embeddings, [prompt], options)
}

/** By the prompt and the last candidate of its pool. */
export function isEmbedded(
  { round, store }: Curation,
  embeddings: EmbeddingStore,
  prompt: Prompt,
): boolean {
  const entry = round.entries(prompt.id).at(-1)
  const last = entry && store.candidates.candidate(entry.id)
  return hasPromptVector(embeddings, prompt) && last !== undefined && embeddings.has(last)
}
