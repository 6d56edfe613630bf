// A loaded language model: takes messages, gives sampled candidates.
import type { Device } from '../../shared/domain'
import type { SampledCandidate, SampleParams, SampleProgress } from '../../shared/engineProtocol'
import { failureError } from '../../shared/errors'
import type { Log } from '../log'
import { readModelJson } from '../models/modelFolder'
import type { StoredModel } from '../models/modelStore'
import { Chat } from './chat'
import { type Decoder, type DecoderLimits, loadDecoder } from './decoder'
import type { GraphConfig } from './graph'

export class Generator {
  private constructor(
    /** Tokens; null where the model does not say. */
    readonly contextLength: number | null,
    private readonly decoder: Decoder,
    private readonly chat: Chat,
    private readonly endTokens: ReadonlySet<number>,
    private readonly where: string,
  ) {}

  /**
   * @throws FailureError for what is wrong with the model; what the runtime throws where the device
   *   cannot run it.
   */
  static async load(
    stored: StoredModel,
    device: Device,
    limits: DecoderLimits,
    log: Log,
  ): Promise<Generator> {
    const { folder } = stored
    const config = await readModelJson(folder, 'config.json')
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
      await loadDecoder(stored, text, device, limits, log),
      chat,
      new Set(ends),
      folder,
    )
  }

  /**
   * Samples the candidates asked for; each is reported when it is finished, in whatever order that
   * happens.
   * @throws FailureError `context-overflow` when the prompt leaves no room for a token, `bad-input`
   *   when the chat template refuses it or the model computes no numbers, `cancelled`,
   *   `out-of-memory`.
   */
  async sample(
    { generator, messages, candidates, sampling }: SampleParams,
    signal: AbortSignal,
    onProgress: (progress: SampleProgress) => void,
  ): Promise<void> {
    const { maxNewTokens, ...distribution } = sampling
    const prompt = this.chat.promptTokens(messages, generator.template)
    await this.decoder.scheduler.submit({
      prompt,
      candidates,
      sampling: distribution,
      maxNewTokens: Math.min(maxNewTokens, this.roomAfter(prompt.length)),
      endTokens: this.endTokens,
      signal,
      where: this.where,
      onCandidate: ({ tokens, ...rest }) => {
        const candidate: SampledCandidate = { ...rest, text: this.chat.text(tokens) }
        onProgress({ kind: 'candidate', candidate })
      },
      onRate: (tokens, tokensPerSecond) => onProgress({ kind: 'rate', tokens, tokensPerSecond }),
    })
  }

  dispose(): Promise<void> {
    return this.decoder.dispose()
  }

  private roomAfter(promptTokens: number): number {
    const room = (this.contextLength ?? Infinity) - promptTokens
    if (room >= 1) return room
    throw failureError(
      'context-overflow',
      `The prompt has ${promptTokens} tokens, and the model's context of ${this.contextLength ?? 0} leaves no room for an answer.`,
      {
        where: this.where,
        remedy: 'Shorten the prompt or choose a model with a longer context.',
      },
    )
  }
}

/** Under whichever name the architecture has it. */
function contextLengthOf(config: Record<string, unknown>): number | null {
  const length = ['max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len']
    .map((key) => config[key])
    .find((value) => typeof value === 'number')
  return length ?? null
}
