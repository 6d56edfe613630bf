// Tokenizes texts for an embedding model: adds special tokens, and truncates long texts before the
// last special token.
import { AutoTokenizer, type PreTrainedTokenizer } from '@huggingface/transformers'

export class EmbedderTokenizer {
  private readonly tokenizer: PreTrainedTokenizer
  private readonly maxTokens: number
  /** The special token at the end of every text, if the tokenizer adds one. */
  private readonly last: number | undefined

  private constructor(tokenizer: PreTrainedTokenizer, maxTokens: number) {
    this.tokenizer = tokenizer
    this.maxTokens = maxTokens
    const end = tokenizer.encode('').at(-1)
    this.last = tokenizer.encode('a').at(-1) === end ? end : undefined
  }

  /** `maxTokens` is the model's limit; the tokenizer may set a lower one. */
  static async load(folder: string, maxTokens: number): Promise<EmbedderTokenizer> {
    const tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true })
    const { model_max_length: limit } = tokenizer.config as { model_max_length?: number }
    return new EmbedderTokenizer(tokenizer, Math.min(maxTokens, limit ?? Infinity))
  }

  tokens(text: string): number[] {
    const ids = this.tokenizer.encode(text)
    if (ids.length <= this.maxTokens) return ids
    return this.last === undefined
      ? ids.slice(0, this.maxTokens)
      : [...ids.slice(0, this.maxTokens - 1), this.last]
  }
}
