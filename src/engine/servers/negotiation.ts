// Finds out which requests a server answers, and keeps what it found for later ones.
import * as l10n from '@vscode/l10n'
import type { OmittableField } from '../../shared/domain'
import type { SampleParams } from '../../shared/engineProtocol'
import type { Log } from '../log'
import type { ChatAnswer } from './chatAnswer'
import {
  type Dialect,
  firstDialect,
  merged,
  refusedExtension,
  simplerDialects,
  TEMPLATE_FIELD,
  withFewerChoices,
  withoutNamed,
} from './dialect'
import { noSetting, noTemplate } from './dialectFailures'
import { TimedOut } from './exchange'
import { ServerRefusal } from './refusal'

/** How often a fault must come with a field, and not without it, to be that of the field. */
const CONFIRMATIONS = 2

export type Wanted = SampleParams['candidates'][number]

/** One request, in one dialect. */
export interface Attempt {
  asked: readonly Wanted[]
  dialect: Dialect
  /** Faults are not retried: another dialect may get an answer at once. */
  isTrial: boolean
}

export interface Negotiated {
  answer: ChatAnswer
  /** The candidates that the request asked for. */
  asked: readonly Wanted[]
  /** That the answer came to. */
  dialect: Dialect
}

/** @throws Refusal, TimedOut, FailureError as {@link Connection.ask}. */
type Ask = (attempt: Attempt) => Promise<ChatAnswer>

export class Negotiation {
  private known: Dialect
  private hasAnswered = false

  constructor(
    private readonly address: string,
    omit: readonly OmittableField[],
    private readonly log: Log,
  ) {
    this.known = firstDialect(omit)
  }

  get dialect(): Dialect {
    return this.known
  }

  get choicesPerRequest(): number {
    return this.known.choicesPerRequest
  }

  /** Whether the server has answered: then it is not the fields of requests that it refuses. */
  get isProven(): boolean {
    return this.hasAnswered
  }

  /**
   * Asks for the beginning of a chunk until there is an answer: in the known dialect, after a
   * refusal or a fault in simpler ones.
   * @throws the first Refusal if no dialect helps; FailureError for a setting that the server does
   *   not take, and as `ask`.
   */
  async answer(
    chunk: readonly Wanted[],
    params: Pick<SampleParams, 'generator' | 'sampling'>,
    ask: Ask,
  ): Promise<Negotiated> {
    let base = this.known
    for (;;) {
      const outcome = await this.tryDialects(base, chunk, params, ask)
      if ('answer' in outcome) return outcome
      const { refused, asked } = outcome
      if (refused instanceof TimedOut) base = withFewerChoices(base, asked)
      else {
        const next = this.named(refused, base, asked, params)
        if (!next) throw refused
        base = next
      }
    }
  }

  /**
   * Keeps the dialect that succeeded for later requests.
   * @param isComplete whether the response had as many choices as requested.
   * @returns what the user should know.
   */
  learn(dialect: Dialect, isComplete: boolean): string[] {
    this.hasAnswered = true
    const before = this.known
    this.known = merged(before, isComplete ? dialect : { ...dialect, choicesPerRequest: 1 })
    const { choicesPerRequest, omitted } = this.known
    if (choicesPerRequest < before.choicesPerRequest)
      this.log(
        'info',
        `${this.address}: requests ask for at most ${choicesPerRequest === 1 ? 'one response' : `${choicesPerRequest} responses`} from now on.`,
      )
    const added = omitted.filter((field) => !before.omitted.includes(field))
    for (const field of added)
      this.log('info', `${this.address}: requests do without ${field} from now on.`)
    return added
      .filter((field) => field === 'temperature' || field === 'top_p')
      .map(
        (field) =>
          l10n.t`${this.address}: the server does not support ${field}; its own default is used.`,
      )
  }

  private async tryDialects(
    base: Dialect,
    chunk: readonly Wanted[],
    params: Pick<SampleParams, 'generator' | 'sampling'>,
    ask: Ask,
  ): Promise<Negotiated | { refused: ServerRefusal | TimedOut; asked: number }> {
    const attempt = (dialect: Dialect, isTrial: boolean): Attempt => ({
      asked: chunk.slice(0, dialect.choicesPerRequest),
      dialect,
      isTrial,
    })
    const first = attempt(base, !this.hasAnswered)
    const outcome = await outcomeOf(first, ask)
    const { asked } = first
    if (!('refused' in outcome)) return outcome
    const { refused } = outcome
    if (
      refused instanceof TimedOut ||
      !first.isTrial ||
      !mayBeFields(refused) ||
      this.named(refused, base, asked.length, params)
    )
      return { refused, asked: asked.length }
    const isFault = refused.status >= 500
    for (const dialect of simplerDialects(base, asked.length)) {
      const simpler = await outcomeOf(attempt(dialect, true), ask)
      if ('refused' in simpler) continue
      return (isFault && (await answerAfterAll(first, ask))) || simpler
    }
    if (!isFault) return { refused, asked: asked.length }
    const last = await outcomeOf(attempt(base, false), ask)
    return 'refused' in last ? { ...last, asked: asked.length } : last
  }

  /** The dialect without the parameter that a refusal names; null if it names none. */
  private named(
    { isBadRequest, isOverflow, status, message }: ServerRefusal,
    dialect: Dialect,
    asked: number,
    { generator, sampling }: Pick<SampleParams, 'generator' | 'sampling'>,
  ): Dialect | null {
    // OpenAI forbids log-probabilities of some models
    if ((!isBadRequest && status !== 403) || isOverflow) return null
    if (generator.template && message.includes(TEMPLATE_FIELD)) throw noTemplate(this.address)
    const extension = refusedExtension(message, sampling)
    if (extension && !extension.isOff) throw noSetting(extension.setting, this.address)
    if (extension && dialect.sendsOffValues) return { ...dialect, sendsOffValues: false }
    return withoutNamed(dialect, message, asked, sampling)
  }
}

/** Whether a refusal may be one of optional fields, which it does not name. */
const mayBeFields = ({ isBadRequest, isOverflow }: ServerRefusal): boolean =>
  isBadRequest && !isOverflow

async function outcomeOf(
  attempt: Attempt,
  ask: Ask,
): Promise<Negotiated | { refused: ServerRefusal | TimedOut }> {
  const { asked, dialect } = attempt
  try {
    return { answer: await ask(attempt), asked, dialect }
  } catch (thrown) {
    if (thrown instanceof ServerRefusal || thrown instanceof TimedOut) return { refused: thrown }
    throw thrown
  }
}

/** The answer to a request that met a fault; null where it meets faults again and again. */
async function answerAfterAll(attempt: Attempt, ask: Ask): Promise<Negotiated | null> {
  for (let i = 0; i < CONFIRMATIONS; i++) {
    const outcome = await outcomeOf(attempt, ask)
    if (!('refused' in outcome)) return outcome
  }
  return null
}
