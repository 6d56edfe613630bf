// A judge behind a server with the OpenAI API: one answer to a question, structured where the
// server keeps to a schema.
// Invariant I11.
import { VERDICT_SCHEMA } from '../../core/judging/verdict'
import { asRecord } from '../../core/text/values'
import type {
  JudgedAnswer,
  JudgeParams,
  LoadProgress,
  ServerModelRequest,
} from '../../shared/engineProtocol'
import type { Log } from '../log'
import { type ChatAnswer, readChatAnswer } from './chatAnswer'
import { CHAT_PATH, chatCall } from './chatCall'
import type { Connection } from './connection'
import { NAMES_STREAM, TEMPLATE_FIELD } from './dialect'
import { ServerRefusal, refusalFailure } from './refusal'

/** Optional parts of a request, in the order in which a refusal that names none drops them. */
const PARTS = ['response_format', 'temperature', 'max_tokens', 'stream'] as const
type Part = (typeof PARTS)[number]

interface Answered extends ChatAnswer {
  promptTokens: number | null
}

export class ServerJudge {
  /**
   * What the server does not take: `max_tokens` is sent as `max_completion_tokens` then, and
   * `stream` as true.
   */
  private readonly without = new Set<Part>()
  private hasAnswered = false

  constructor(
    private readonly connection: Connection,
    private readonly request: Pick<ServerModelRequest, 'model' | 'omit'>,
    private readonly log: Log,
  ) {
    if (request.omit?.includes('temperature')) this.without.add('temperature')
  }

  /**
   * @throws FailureError `context-overflow` and `prompt-refused` for a question that the server
   *   does not take; `server-refused`, `server-unreachable`, `cancelled`.
   */
  async judge(
    params: JudgeParams,
    signal: AbortSignal,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<JudgedAnswer> {
    for (;;) {
      const without = new Set(this.without)
      try {
        const { choices, tokens, promptTokens } = await this.ask(params, signal, onProgress)
        this.hasAnswered = true
        const [choice] = choices
        return {
          text: choice ? saidIn(choice) : '',
          ...(choice?.finishReason === 'length' ? { isCutOff: true } : {}),
          ...(choice?.reasoning === undefined ? {} : { reasoning: choice.reasoning }),
          promptTokens,
          tokens,
        }
      } catch (thrown) {
        if (!(thrown instanceof ServerRefusal)) throw thrown
        // another request may have learned it meanwhile
        if (this.without.size === without.size && !this.learn(thrown)) throw this.failure(thrown)
      }
    }
  }

  private ask(
    params: JudgeParams,
    signal: AbortSignal,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<Answered> {
    // some servers fail on a schema that they do not know
    const isTrial = !this.hasAnswered && !this.without.has('response_format')
    return this.connection.ask({
      ...chatCall({ body: this.body(params), signal, isTrial, onProgress }),
      read: (value) => {
        const answer = readChatAnswer(value)
        const { prompt_tokens: promptTokens } = asRecord(asRecord(value)['usage'])
        return (
          answer && {
            ...answer,
            promptTokens: typeof promptTokens === 'number' ? promptTokens : null,
          }
        )
      },
    })
  }

  private body({ judge, messages, maxTokens }: JudgeParams): Record<string, unknown> {
    const sends = (part: Part): boolean => !this.without.has(part)
    return {
      model: this.request.model,
      messages,
      stream: !sends('stream'),
      [sends('max_tokens') ? 'max_tokens' : 'max_completion_tokens']: maxTokens,
      ...(sends('temperature') ? { temperature: 0 } : {}),
      ...(judge.template ? { [TEMPLATE_FIELD]: judge.template } : {}),
      ...(sends('response_format')
        ? {
            response_format: {
              type: 'json_schema',
              json_schema: { name: 'verdict', strict: true, schema: VERDICT_SCHEMA },
            },
          }
        : {}),
    }
  }

  /** Takes out what a refusal names, else the first part that is left. False where none helps. */
  private learn({ isBadRequest, isOverflow, status, message }: ServerRefusal): boolean {
    const mayBePart = (isBadRequest && !isOverflow) || status >= 500
    if (!mayBePart) return false
    const named = PARTS.filter((part) => !this.without.has(part)).find((part) =>
      NAMES[part].test(message),
    )
    const part =
      named ?? (this.without.has('response_format') || this.hasAnswered ? undefined : PARTS[0])
    if (part === undefined) return false
    this.without.add(part)
    this.log('info', `${this.connection.address}: the judge does without ${part} from now on.`)
    return true
  }

  private failure(refusal: ServerRefusal): Error {
    return refusalFailure(refusal, {
      address: this.connection.address,
      model: this.request.model,
      path: CHAT_PATH,
      models: null,
      answersOthers: this.hasAnswered,
    })
  }
}

/** Reasoning parsers of servers take a whole answer for reasoning where a model did not reason. */
const saidIn = ({ text, reasoning, finishReason }: ChatAnswer['choices'][number]): string =>
  text === '' && finishReason === 'stop' ? (reasoning ?? '') : text

const NAMES: Readonly<Record<Part, RegExp>> = {
  response_format: /response_?format|json_?schema|guided|structured/i,
  temperature: /\btemperature\b/i,
  max_tokens: /max_completion_tokens/,
  stream: NAMES_STREAM,
}
