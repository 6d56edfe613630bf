// The chat template and tokenizer of a model: messages to prompt tokens, sampled tokens to text.
import * as l10n from '@vscode/l10n'
import type { PreTrainedTokenizer } from '@huggingface/transformers'
import { type ChatTemplate, JinjaError, type TemplateData } from '../../core/jinja/template'
import type { Message, TemplateOptions } from '../../shared/domain'
import { failureError, withoutStop } from '../../shared/errors'
import { loadTokenizer } from '../models/tokenizer'
import type { Answer } from '../../core/reasoning/split'
import { answerOf } from './answer'
import { readChatTemplate, readSpecialTokens } from './chatTemplate'

/** Stands for a prompt, to find out whether a template writes it. */
const PROBE = 'xpromptx'

export class Chat {
  /** Whether the template takes content as parts alone; undefined until it was tried. */
  private parts: boolean | undefined

  private constructor(
    private readonly tokenizer: PreTrainedTokenizer,
    /** Undefined for a base model. */
    private readonly template: ChatTemplate | undefined,
    private readonly specialTokens: Record<string, string>,
    private readonly where: string,
  ) {}

  /** @throws FailureError `bad-input` for a chat template that cannot be read. */
  static async load(folder: string): Promise<Chat> {
    const tokenizer = await loadTokenizer(folder)
    const config = tokenizer.config as Record<string, unknown>
    return new Chat(
      tokenizer,
      await readChatTemplate(folder, config),
      await readSpecialTokens(folder, config),
      folder,
    )
  }

  /** False for a base model. */
  get hasTemplate(): boolean {
    return this.template !== undefined
  }

  /** The end token of the tokenizer, if it has one. */
  get endToken(): number | undefined {
    const { eos_token_id: id } = this.tokenizer as { eos_token_id?: number }
    return id
  }

  /**
   * The tokens of the chat template applied to `messages` with the given options, up to the start
   * of the response. For a model without a template (a base model): the contents of the messages,
   * separated by empty lines.
   * @throws FailureError `prompt-refused` if the template rejects the messages.
   */
  promptTokens(messages: readonly Message[], options: TemplateOptions = {}): number[] {
    if (this.template === undefined)
      return this.tokenizer.encode(messages.map(({ content }) => content).join('\n\n'))
    const text = this.written(this.template, messages, options)
    return this.tokenizer.encode(text, { add_special_tokens: false })
  }

  /** @throws FailureError `prompt-refused` if the template rejects the messages. */
  private written(
    template: ChatTemplate,
    messages: readonly Message[],
    options: TemplateOptions,
  ): string {
    try {
      const given = this.takesParts(template)
        ? messages.map(({ role, content }) => ({ role, content: part(content) }))
        : messages
      return this.render(template, given, options)
    } catch (thrown) {
      if (!(thrown instanceof JinjaError)) throw thrown
      throw failureError(
        'prompt-refused',
        l10n.t`The model's chat template refuses the prompt: ${withoutStop(thrown.message)}.`,
        {
          where: this.where,
          remedy: l10n.t(
            'Check the order of the roles, and whether the model supports system messages.',
          ),
        },
      )
    }
  }

  /**
   * The tokens of a conversation that ends with an answer, as the chat template writes it, without
   * the line breaks after the last turn: reward models are trained without them. null without a
   * template.
   * @throws FailureError `prompt-refused` if the template rejects the messages.
   */
  answeredTokens(messages: readonly Message[], answer: string): number[] | null {
    if (this.template === undefined) return null
    const whole = [...messages, { role: 'assistant' as const, content: answer }]
    const text = this.written(this.template, whole, { add_generation_prompt: false })
    return this.tokenizer.encode(text.replace(/\n+$/, ''), { add_special_tokens: false })
  }

  /**
   * The answer in sampled tokens and the reasoning before it.
   * @param prompt the tokens before them: a template may open the reasoning itself.
   */
  answer(tokens: readonly number[], prompt: readonly number[]): Answer {
    return answerOf({
      visible: this.text(tokens),
      raw: this.rawText(tokens),
      promptEnd: this.rawText(prompt.slice(-MARKER_TOKENS)),
      template: this.template?.source,
    })
  }

  /** The tokens that are a word by themselves, with or without a space before it. */
  wordTokens(word: string): number[] {
    const tokens = [word, ` ${word}`]
      .map((text) => this.tokenizer.encode(text, { add_special_tokens: false }))
      .flatMap(([token, ...others]) => (token === undefined || others.length > 0 ? [] : [token]))
    return [...new Set(tokens)]
  }

  /** The text of sampled tokens, without special tokens, with all spaces kept. */
  text(tokens: readonly number[]): string {
    return tokens.length === 0
      ? ''
      : this.tokenizer.decode([...tokens], {
          skip_special_tokens: true,
          clean_up_tokenization_spaces: false,
        })
  }

  private rawText(tokens: readonly number[]): string {
    return tokens.length === 0
      ? ''
      : this.tokenizer.decode([...tokens], {
          skip_special_tokens: false,
          clean_up_tokenization_spaces: false,
        })
  }

  /**
   * Some templates, of models that see images, take content as a list of parts and write nothing of
   * a text. They are given the text as the only part.
   */
  private takesParts(template: ChatTemplate): boolean {
    const writes = (content: TemplateData): boolean => {
      try {
        return this.render(template, [{ role: 'user', content }], {}).includes(PROBE)
      } catch (thrown) {
        if (thrown instanceof JinjaError) return false
        throw thrown
      }
    }
    return (this.parts ??= !writes(PROBE) && writes(part(PROBE)))
  }

  /** The variables of a template are those that transformers passes. */
  private render(
    template: ChatTemplate,
    messages: readonly { role: string; content: TemplateData }[],
    options: TemplateOptions,
  ): string {
    return template.render({
      ...this.specialTokens,
      ...options,
      messages: messages.map(({ role, content }) => ({ role, content })),
      tools: options['tools'] ?? null,
      documents: options['documents'] ?? null,
      add_generation_prompt: options['add_generation_prompt'] ?? true,
    })
  }
}

const part = (text: string): TemplateData => [{ type: 'text', text }]

/** Enough tokens for an opening marker and a line break. */
const MARKER_TOKENS = 16
