// The chat template and tokenizer of a model: messages to prompt tokens, sampled tokens to text.
import * as l10n from '@vscode/l10n'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AutoTokenizer, type PreTrainedTokenizer } from '@huggingface/transformers'
import type { Message, TemplateOptions } from '../../shared/domain'
import { failureError } from '../../shared/errors'
import type { Answer } from '../../core/reasoning/split'
import { answerOf } from './answer'

/**
 * Fixes the date in templates that write today's date, so that the prompt is the same every day.
 * The date is the default of Llama 3's template. A macro, because the library does not let its own
 * `strftime_now` be replaced.
 */
const FIXED_DATE = '{%- macro strftime_now(format) -%}26 Jul 2024{%- endmacro -%}'

export class Chat {
  private constructor(
    private readonly tokenizer: PreTrainedTokenizer,
    /** Jinja source; undefined for a base model. */
    private readonly template: string | undefined,
    private readonly where: string,
  ) {}

  static async load(folder: string): Promise<Chat> {
    const tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true })
    const template =
      (await templateFile(folder)) ??
      (tokenizer.chat_template ? tokenizer.get_chat_template() : undefined)
    return new Chat(
      tokenizer,
      template?.includes('strftime_now') ? FIXED_DATE + template : template,
      folder,
    )
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
  promptTokens(messages: readonly Message[], template: TemplateOptions = {}): number[] {
    if (this.template === undefined)
      return this.tokenizer.encode(messages.map(({ content }) => content).join('\n\n'))
    try {
      const options = {
        ...template,
        chat_template: this.template,
        add_generation_prompt: true,
        tokenize: true,
        return_tensor: false,
        return_dict: false,
      } as const
      return this.tokenizer.apply_chat_template([...messages], options)
    } catch (thrown) {
      throw failureError(
        'prompt-refused',
        l10n.t`The model's chat template refuses the prompt: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
        {
          where: this.where,
          remedy: l10n.t(
            'Check the order of the roles, and whether the model takes system messages.',
          ),
        },
      )
    }
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
      template: this.template,
    })
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
}

/** Enough tokens for an opening marker and a line break. */
const MARKER_TOKENS = 16

/** A template in a file of its own; like transformers, it counts before that of the tokenizer. */
async function templateFile(folder: string): Promise<string | undefined> {
  try {
    return await readFile(path.join(folder, 'chat_template.jinja'), 'utf8')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
}
