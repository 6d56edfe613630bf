// The size of a language model, from its config.json. What a run needs follows from it.
import { z } from 'zod'

const count = z.number().int().positive()

/** The keys of Llama's config, which most decoders use, and those of GPT-2's. */
const configSchema = z.object({
  hidden_size: count.optional(),
  n_embd: count.optional(),
  num_hidden_layers: count.optional(),
  n_layer: count.optional(),
  num_attention_heads: count.optional(),
  n_head: count.optional(),
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  intermediate_size: count.optional(),
  n_inner: count.nullish(),
  vocab_size: count,
  tie_word_embeddings: z.boolean().optional(),
})

export interface ModelShape {
  /** Numbers in all weights. */
  parameters: number
  layers: number
  /** Width of the states between layers. */
  hidden: number
  /** Width within a feed-forward layer. */
  inner: number
  /** Width of the queries, and of keys and values together. */
  queries: number
  keysAndValues: number
  heads: number
  vocabulary: number
}

/** null where the config has other keys. A model of several experts is counted as one. */
export function modelShapeOf(config: unknown): ModelShape | null {
  const nested = (config as { text_config?: unknown } | null)?.text_config
  const parsed = configSchema.safeParse(nested ?? config)
  if (!parsed.success) return null
  const found = parsed.data
  const hidden = found.hidden_size ?? found.n_embd
  const layers = found.num_hidden_layers ?? found.n_layer
  const heads = found.num_attention_heads ?? found.n_head
  if (hidden === undefined || layers === undefined || heads === undefined) return null
  const inner = found.intermediate_size ?? found.n_inner ?? 4 * hidden
  const width = found.head_dim ?? hidden / heads
  const queries = heads * width
  const keysAndValues = 2 * (found.num_key_value_heads ?? heads) * width
  const isGated = found.intermediate_size !== undefined
  const perLayer =
    hidden * (2 * queries + keysAndValues) + (isGated ? 3 : 2) * hidden * inner + 2 * hidden
  const embeddings = found.vocab_size * hidden * (found.tie_word_embeddings === false ? 2 : 1)
  const vocabulary = found.vocab_size
  const parameters = layers * perLayer + embeddings + hidden
  return { parameters, layers, hidden, inner, queries, keysAndValues, heads, vocabulary }
}

/** Numbers in a LoRA adapter of this rank on every linear layer. */
export const adapterParameters = (
  { layers, hidden, inner, queries, keysAndValues }: ModelShape,
  rank: number,
): number =>
  rank * layers * (2 * (hidden + queries) + (2 * hidden + keysAndValues) + 3 * (hidden + inner))
