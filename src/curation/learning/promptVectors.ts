// Vectors of prompts, stored beside those of candidates under the ids of the prompts.
import type { Prompt } from '../../shared/domain'
import type { EmbeddingStore } from '../../store/embeddings'
import type { Curation } from '../curation'
import type { EmbedOptions } from '../embedPool'
import { embedderRequest, type Engine } from '../engine'

/** A prompt as embedders see it. */
const embeddable = ({ id, messages }: Prompt): { id: string; text: string } => ({
  id,
  text: messages.map(({ content }) => content).join('\n'),
})

/**
 * Embeds the prompts that have no vector. A prompt that the embedder does not take gets none.
 * @throws FailureError of the engine and the file system.
 */
export async function embedPrompts(
  { settings, paths, learning }: Curation,
  engine: Engine,
  embeddings: EmbeddingStore,
  prompts: readonly Prompt[],
  { signal }: EmbedOptions,
): Promise<void> {
  const missing = prompts
    .map(embeddable)
    .filter((one) => !embeddings.has(one) && !learning.notEmbedded.has(one.id))
  if (missing.length === 0) return
  const request = {
    embedder: embedderRequest(settings.embedder, paths),
    texts: missing.map(({ text }) => text),
  }
  const { vectors, dim, refused = [] } = await engine.request('embed', request, { signal })
  const refusedPlaces = new Set(refused.map(({ index }) => index))
  const rowAt = (place: number): Float32Array => vectors.subarray(place * dim, (place + 1) * dim)
  const isGood = (place: number): boolean =>
    !refusedPlaces.has(place) && rowAt(place).every(Number.isFinite)
  const places = missing.map((_, place) => place)
  const good = places.filter(isGood)
  for (const [place, { id }] of missing.entries()) if (!isGood(place)) learning.notEmbedded.add(id)
  const rows = new Float32Array(good.length * dim)
  good.forEach((place, row) => rows.set(rowAt(place), row * dim))
  await embeddings.append(
    good.flatMap((place) => missing[place] ?? []),
    rows,
    dim,
  )
}

export const hasPromptVector = (embeddings: EmbeddingStore, prompt: Prompt): boolean =>
  embeddings.has(embeddable(prompt))

/** The vector of a prompt; zeros where it has none. */
export function promptVector(embeddings: EmbeddingStore, prompt: Prompt): Float32Array {
  const one = embeddable(prompt)
  return embeddings.has(one) ? embeddings.vectors([one]) : new Float32Array(embeddings.dim)
}
