// A loaded language model: samples candidates for messages.
import * as l10n from '@vscode/l10n'
import { groupLogprobs } from '../../core/judging/groupLogprobs'
import { placed } from '../../core/reasoning/split'
import type { Device, ReasoningPlace } from '../../shared/domain'
import type {
  JudgedAnswer,
  JudgeParams,
  SampleParams,
  SampleProgress,
  TextSoFar,
} from '../../shared/engineProtocol'
import { failureError } from '../../shared/errors'
import type { Log } from '../log'
import { readModelConfig, readModelJson } from '../models/modelConfig'
import { Chat } from './chat'
import type { Decoder, DecoderFiles, DecoderLimits } from './decoder'
import { loadDecoders } from './decoders'
import type { GraphConfig } from './graph'
import type { SampleJob } from './sampleJob'
import { complete, perCandidate } from './growingText'

/** The most likely token each time; the seed has no effect. */
const GREEDY = { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 }

export class Generator {
  private constructor(
    /** In tokens; null if the configuration does not say. */
    readonly contextLength: number | null,
    private readonly decoder: Decoder,
    private readonly chat: Chat,
    private readonly endTokens: ReadonlySet<number>,
    private readonly where: string,
  ) {}

  get loadNote(): string | undefined {
    return this.chat.hasTemplate
      ? undefined
      : l10n.t('it has no chat template, so it continues the text of the prompts')
  }

  /**
   * @throws FailureError for faults of the model; errors of the runtime if the device cannot run
   *   it.
   */
  static async load(
    stored: DecoderFiles,
    device: Device,
    limits: DecoderLimits,
    log: Log,
  ): Promise<Generator> {
    const { folder } = stored
    const config = await readModelConfig(folder)
    const text = (config['text_config'] ?? config) as GraphConfig & Record<string, unknown>
    const generation = await readModelJson(folder, 'generation_config.json', true)
    const chat = await Chat.load(folder)
    const ends = [
      generation['eos_token_id'],
      config['eos_token_id'],
      text['eos_token_id'],
      chat.endToken,
    ]
      .flat()
      .filter((id) => typeof id === 'number')
    return new Generator(
      contextLengthOf(text),
      await loadDecoders(stored, text, device, limits, log),
      chat,
      new Set(ends),
      folder,
    )
  }

  /**
   * Samples the requested candidates; reports each when it is finished, in any order.
   * @param onText called with the texts of unfinished candidates as they grow.
   * @throws FailureError `context-overflow` if the prompt leaves no room for a token,
   *   `prompt-refused` if the chat template rejects it or the model's logits are not finite,
   *   `cancelled`, `out-of-memory`.
   */
  async sample(
    { generator, messages, candidates, sampling }: SampleParams,
    signal: AbortSignal,
    onProgress: (progress: SampleProgress) => void,
    onText?: (text: TextSoFar) => void,
  ): Promise<void> {
    const { maxNewTokens, ...distribution } = sampling
    const prompt = this.chat.promptTokens(messages, generator.template)
    if (prompt.length === 0) throw emptyPrompt(this.where)
    await this.decoder.scheduler.submit({
      prompt,
      candidates,
      sampling: distribution,
      maxNewTokens: Math.min(maxNewTokens, this.roomAfter(prompt.length)),
      endTokens: this.endTokens,
      signal,
      where: this.where,
      onCandidate: ({ tokens, ...rest }) => {
        const answer = this.chat.answer(tokens, prompt)
        const candidate = { ...rest, ...placed(answer, generator.reasoning) }
        onProgress({ kind: 'candidate', candidate })
      },
      ...(onText ? { onTokens: this.growing(prompt, generator.reasoning, onText) } : {}),
      onRate: (tokens, tokensPerSecond) => onProgress({ kind: 'rate', tokens, tokensPerSecond }),
    })
  }

  /**
   * The answer to a question whose answer is A or B, with the log-probabilities that it begins with
   * either.
   * @throws FailureError as {@link sample}; `bad-input` for a tokenizer without such tokens.
   */
  async judge(
    { judge, messages, maxTokens }: JudgeParams,
    signal: AbortSignal,
  ): Promise<JudgedAnswer> {
    const words = ['A', 'B'].map((word) => this.chat.wordTokens(word))
    if (words.some((tokens) => tokens.length === 0)) throw noWordTokens(this.where)
    const prompt = this.chat.promptTokens(messages, judge.template)
    if (prompt.length === 0) throw emptyPrompt(this.where)
    const found: Pick<JudgedAnswer, 'text' | 'tokens' | 'logprobs'> = { text: '', tokens: 0 }
    await this.decoder.scheduler.submit({
      prompt,
      candidates: [{ index: 0, seed: 0 }],
      sampling: GREEDY,
      maxNewTokens: Math.min(maxTokens, this.roomAfter(prompt.length)),
      endTokens: this.endTokens,
      signal,
      where: this.where,
      onPrompt: (logits) => {
        const [A = -Infinity, B = -Infinity] = groupLogprobs(logits, words)
        found.logprobs = { A, B }
      },
      onCandidate: ({ tokens, tokenCount }) => {
        found.text = this.chat.text(tokens)
        found.tokens = tokenCount
      },
      onRate: () => undefined,
    })
    return { ...found, promptTokens: prompt.length }
  }

  dispose(): Promise<void> {
    return this.decoder.dispose()
  }

  private growing(
    prompt: readonly number[],
    place: ReasoningPlace | undefined,
    onText: (text: TextSoFar) => void,
  ): NonNullable<SampleJob['onTokens']> {
    const isDue = perCandidate()
    return (index, tokens) => {
      if (!isDue(index)) return
      const { text, reasoning } = placed(this.chat.answer(tokens, prompt), place)
      const thought = reasoning === undefined ? {} : { reasoning: complete(reasoning) }
      onText({ kind: 'text', index, text: complete(text), ...thought, tokens: tokens.length })
    }
  }

  private roomAfter(promptTokens: number): number {
    if (this.contextLength === null) return Infinity
    const room = this.contextLength - promptTokens
    if (room >= 1) return room
    throw failureError(
      'context-overflow',
      l10n.t`The prompt has ${promptTokens} tokens, and the model's context of ${this.contextLength} leaves no room for a response.`,
      {
        where: this.where,
        remedy: l10n.t('Shorten the prompt or choose a model with a longer context.'),
      },
    )
  }
}

const emptyPrompt = (where: string): Error =>
  failureError('prompt-refused', l10n.t('The prompt has no tokens.'), {
    where,
    remedy: l10n.t('Give the prompt a text, or choose a model with a chat template.'),
  })

const noWordTokens = (where: string): Error =>
  failureError('bad-input', l10n.t('The tokenizer has no tokens for A and B.'), {
    where,
    remedy: l10n.t('Choose another model as the judge.'),
  })

/** The context length, under the name that the architecture uses; null if there is none. */
function contextLengthOf(config: Record<string, unknown>): number | null {
  const length = ['max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len']
    .map((key) => config[key])
    .find((value) => typeof value === 'number')
  return length ?? null
}
