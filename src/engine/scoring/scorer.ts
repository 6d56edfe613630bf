// A loaded reward model: a graph for sequence classification that scores a response to a prompt.
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import * as l10n from '@vscode/l10n'
import type { PreTrainedTokenizer } from '@huggingface/transformers'
import type { Device, Message } from '../../shared/domain'
import type { ScoreParams, ScoreResult } from '../../shared/engineProtocol'
import { failureError } from '../../shared/errors'
import { Chat } from '../generation/chat'
import { int64 } from '../generation/feeds'
import { readModelConfig } from '../models/modelConfig'
import type { StoredModel } from '../models/modelStore'
import { loadSession } from '../models/session'
import { loadTokenizer } from '../models/tokenizer'
import { asSingles, type FloatArray } from '../runtime/arrays'
import { type Feeds, release, run } from '../runtime/sessions'

/** The inputs that a graph for sequence classification may have. */
const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids']

export class Scorer {
  private constructor(
    /** In tokens; null if the configuration does not say. */
    readonly contextLength: number | null,
    private readonly session: InferenceSession,
    private readonly chat: Chat,
    private readonly tokenizer: PreTrainedTokenizer,
    private readonly where: string,
  ) {}

  /**
   * @throws FailureError `bad-input` for a graph that scores no sequences, and for a tokenizer that
   *   would run prompt and response together.
   */
  static async load(
    { folder, graph }: Pick<StoredModel, 'folder' | 'graph'>,
    device: Device,
    threads: number,
  ): Promise<Scorer> {
    const config = await readModelConfig(folder)
    const { max_position_embeddings: positions } = config
    const [chat, tokenizer] = [await Chat.load(folder), await loadTokenizer(folder)]
    const session = await loadSession({ folder, graph }, device, threads)
    const unknown = session.inputNames.filter((name) => !INPUTS.includes(name))
    if (!session.outputNames.includes('logits') || unknown.length > 0) {
      await session.release()
      throw scoresNothing(folder)
    }
    if (!chat.hasTemplate && !separates(tokenizer)) {
      await session.release()
      throw failureError(
        'bad-input',
        l10n.t(
          'The tokenizer of the reward model has neither a chat template nor a separator of prompt and response.',
        ),
        {
          where: folder,
          remedy: l10n.t(
            'Add the template that the model was trained with to the folder, as chat_template.jinja.',
          ),
        },
      )
    }
    const length = typeof positions === 'number' ? positions : null
    return new Scorer(length, session, chat, tokenizer, folder)
  }

  /**
   * One response at a time, so that a score does not depend on the others. With a chat template the
   * response is the last message, else text and second text of a pair. A text beyond the context
   * loses its beginning.
   * @throws FailureError `bad-input` for a model that gives not one finite number, `cancelled`.
   */
  async score(responses: ScoreParams['responses'], signal: AbortSignal): Promise<ScoreResult> {
    const result: ScoreResult = { scores: [], tokens: [] }
    for (const { messages, text } of responses) {
      if (signal.aborted) throw failureError('cancelled', l10n.t('Cancelled.'))
      const { ids, types } = this.encoded(messages, text)
      result.scores.push(await this.run(ids, types))
      result.tokens.push(ids.length)
    }
    return result
  }

  dispose(): Promise<void> {
    return release(this.session)
  }

  private encoded(messages: readonly Message[], text: string): { ids: number[]; types: number[] } {
    const answered = this.chat.answeredTokens(messages, text)
    if (answered) {
      const ids = answered.slice(-(this.contextLength ?? Infinity))
      return { ids, types: ids.map(() => 0) }
    }
    const prompt = messages.map(({ content }) => content).join('\n\n')
    const encoded = this.tokenizer(prompt, {
      text_pair: text,
      truncation: this.contextLength !== null,
      ...(this.contextLength === null ? {} : { max_length: this.contextLength }),
      return_tensor: false,
    }) as { input_ids: number[]; token_type_ids?: number[] }
    const ids = encoded.input_ids
    return { ids, types: encoded.token_type_ids ?? ids.map(() => 0) }
  }

  private async run(ids: readonly number[], types: readonly number[]): Promise<number> {
    const row = (values: readonly number[]): Tensor =>
      new Tensor('int64', int64(values), [1, values.length])
    const inputs: Feeds = {
      input_ids: row(ids),
      attention_mask: row(ids.map(() => 1)),
      token_type_ids: row(types),
      position_ids: row(ids.map((_, place) => place)),
    }
    const feeds = Object.fromEntries(
      this.session.inputNames.flatMap((name) => {
        const input = inputs[name]
        return input ? [[name, input] as const] : []
      }),
    )
    const { data, dims } = (await run(this.session, feeds, ['logits']))['logits']!
    const [score = NaN, ...others] = asSingles(data as FloatArray)
    if (dims.length !== 2) throw scoresNothing(this.where)
    if (others.length === 0 && Number.isFinite(score)) return score
    throw failureError(
      'bad-input',
      others.length > 0
        ? l10n.t`The model has ${others.length + 1} outputs, and a reward model has one.`
        : l10n.t('The model computes values that are not numbers.'),
      { where: this.where, remedy: l10n.t('Choose another reward model.') },
    )
  }
}

const scoresNothing = (where: string): Error =>
  failureError('bad-input', l10n.t('The graph of the model scores no sequences.'), {
    where,
    remedy: l10n.t('Choose a reward model that was exported for sequence classification.'),
  })

/** Whether the tokens of a pair of texts are more than those of the one text after the other. */
function separates(tokenizer: PreTrainedTokenizer): boolean {
  const alone = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false })
  const joined = ` ${[...alone(PROBES[0]), ...alone(PROBES[1])].join(' ')} `
  const pair = tokenizer(PROBES[0], { text_pair: PROBES[1], return_tensor: false }) as {
    input_ids: number[]
  }
  return !` ${pair.input_ids.join(' ')} `.includes(joined)
}

const PROBES = ['prompt', 'response'] as const
