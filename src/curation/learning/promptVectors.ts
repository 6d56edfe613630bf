// Vectors of prompts, stored beside those of candidates under the ids of the prompts, and both
// together.
import { embeddablePrompt } from '../../core/selection/embeddablePrompt'
import type { Candidate, Prompt } from '../../shared/domain'
import type { EmbeddedResponses } from '../../shared/selectionProtocol'
import type { EmbeddingStore } from '../../store/embeddings'
import type { Curation } from '../curation'
import { embedderRequest, type Engine } from '../engine'
import type { EmbedPoolOptions } from '../selection/embedPool'
import { embedTexts } from '../selection/embedTexts'

/**
 * Embeds the prompts that have no vector. A prompt that the embedder does not take gets none.
 * @throws FailureError of the engine and the file system.
 */
export async function embedPrompts(
  { settings, paths, learning }: Curation,
  engine: Engine,
  embeddings: EmbeddingStore,
  prompts: readonly Prompt[],
  { signal }: EmbedPoolOptions,
): Promise<void> {
  const missing = prompts
    .map(embeddablePrompt)
    .filter((one) => !embeddings.has(one) && !learning.notEmbedded.has(one.id))
  if (missing.length === 0) return
  const embedder = embedderRequest(settings.embedder, paths)
  const { good, rows, dim, failures } = await embedTexts(engine, missing, { embedder, signal })
  for (const [place, { id }] of missing.entries())
    if (failures.has(place)) learning.notEmbedded.add(id)
  await embeddings.append(good, rows, dim)
}

export const hasPromptVector = (embeddings: EmbeddingStore, prompt: Prompt): boolean =>
  embeddings.has(embeddablePrompt(prompt))

/** The vector of a prompt; zeros where it has none. */
export function promptVector(embeddings: EmbeddingStore, prompt: Prompt): Float32Array {
  const one = embeddablePrompt(prompt)
  return embeddings.has(one) ? embeddings.vectors([one]) : new Float32Array(embeddings.dim)
}

/** Candidates of a prompt with their vectors, which they must have. */
export const embeddedResponses = (
  embeddings: EmbeddingStore,
  prompt: Prompt,
  candidates: readonly Candidate[],
): EmbeddedResponses => ({
  texts: candidates.map(({ text }) => text),
  vectors: embeddings.vectors(candidates),
  promptVector: promptVector(embeddings, prompt),
})
