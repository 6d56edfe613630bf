// Tokenizes texts for an embedding model: adds the prompt and special tokens, and truncates long
// texts before the last special token.
import type { PreTrainedTokenizer } from '@huggingface/transformers'
import { loadTokenizer } from '../models/tokenizer'
import type { SentenceModel } from './sentenceModel'

type TextRules = Pick<SentenceModel, 'prompt' | 'poolsPrompt' | 'lowerCase'>

export class EmbedderTokenizer {
  /** How many tokens at the start of each text are not pooled. */
  readonly promptTokens: number
  /** The special token at the end of every text, if the tokenizer adds one. */
  private readonly last: number | undefined

  private constructor(
    private readonly tokenizer: PreTrainedTokenizer,
    private readonly maxTokens: number,
    private readonly rules: TextRules,
  ) {
    const end = tokenizer.encode('').at(-1)
    this.last = tokenizer.encode('a').at(-1) === end ? end : undefined
    const prompt = rules.poolsPrompt || rules.prompt === '' ? [] : this.encode('')
    this.promptTokens = prompt.length - (prompt.length > 0 && prompt.at(-1) === this.last ? 1 : 0)
  }

  /** `maxTokens` is the model's limit; the tokenizer may set a lower one. */
  static async load(
    folder: string,
    maxTokens: number,
    rules: TextRules,
  ): Promise<EmbedderTokenizer> {
    const tokenizer = await loadTokenizer(folder)
    const { model_max_length: limit } = tokenizer.config as { model_max_length?: number }
    return new EmbedderTokenizer(tokenizer, Math.min(maxTokens, limit ?? Infinity), rules)
  }

  tokens(text: string): number[] {
    const ids = this.encode(text)
    if (ids.length <= this.maxTokens) return ids
    return this.last === undefined
      ? ids.slice(0, this.maxTokens)
      : [...ids.slice(0, this.maxTokens - 1), this.last]
  }

  private encode(text: string): number[] {
    const whole = this.rules.prompt + text
    return this.tokenizer.encode(this.rules.lowerCase ? whole.toLowerCase() : whole)
  }
}
