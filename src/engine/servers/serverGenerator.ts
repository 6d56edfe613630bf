// A language model behind a server with the OpenAI API: samples candidates for messages.
// Invariant I10.
import { forEachConcurrently } from '../../async/concurrency'
import { placed } from '../../core/reasoning/split'
import type {
  LoadedModel,
  SampledCandidate,
  SampleParams,
  SampleProgress,
  ServerModelRequest,
  TextSoFar,
} from '../../shared/engineProtocol'
import { type FailureError, failureError } from '../../shared/errors'
import { perCandidate } from '../generation/growingText'
import { Throughput } from '../generation/throughput'
import type { Log } from '../log'
import { type AnotherAnswer, anotherAnswer, isUnreachable, unlessOfAll } from './attribution'
import { type ChatAnswer, readChatAnswer } from './chatAnswer'
import { CHAT_PATH, chatCall } from './chatCall'
import { ChatStream } from './chatStream'
import type { Call, Connection } from './connection'
import {
  CHUNK,
  type Dialect,
  ignoredSetting,
  ignoresTemplate,
  samplingFields,
  TEMPLATE_FIELD,
} from './dialect'
import { noSetting, noTemplate } from './dialectFailures'
import { describeModel, type Identity, listModels } from './identity'
import { type Attempt, Negotiation, type Negotiated, type Wanted } from './negotiation'
import { ServerRefusal, refusalFailure } from './refusal'

/** Asked when a prompt meets refusals or faults alone: whether the server answers others. */
const ANY_PROMPT: SampleParams['messages'] = [{ role: 'user', content: 'Hi' }]
/** Enough to see that there is an answer. */
const FEW_TOKENS = 16

interface Job {
  params: SampleParams
  signal: AbortSignal
  onProgress: (progress: SampleProgress) => void
  onText: ((text: TextSoFar) => void) | undefined
  count: { tokens: number }
}

export class ServerGenerator {
  private readonly negotiation: Negotiation
  private readonly throughput = new Throughput(() => performance.now())
  private active = 0

  constructor(
    private readonly connection: Connection,
    private readonly request: Pick<ServerModelRequest, 'model' | 'concurrency' | 'omit'>,
    private readonly identity: Identity,
    log: Log,
  ) {
    this.negotiation = new Negotiation(connection.address, request.omit ?? [], log)
  }

  get description(): LoadedModel {
    const { model, concurrency } = this.request
    // Twice the number in flight, so that further requests wait here while responses are stored.
    const candidatesInFlight = 2 * CHUNK * concurrency
    return describeModel(this.connection, model, this.identity, candidatesInFlight)
  }

  /**
   * Samples the requested candidates; reports each when its response arrives.
   * @param onText called with the texts of unfinished candidates as they grow.
   * @throws FailureError `context-overflow` and `prompt-refused` for a prompt that the server does
   *   not take; `server-refused`, `server-unreachable`, `cancelled`.
   */
  async sample(
    params: SampleParams,
    signal: AbortSignal,
    onProgress: (progress: SampleProgress) => void,
    onText?: (text: TextSoFar) => void,
  ): Promise<void> {
    const { address } = this.connection
    const ignored = ignoredSetting(params.sampling, this.identity)
    if (ignored !== undefined) throw noSetting(ignored, address)
    if (params.generator.template && ignoresTemplate(this.identity)) throw noTemplate(address)
    if (this.active++ === 0) this.throughput.restart()
    try {
      await this.sampleAll(params.candidates, {
        params,
        signal,
        onProgress,
        onText,
        count: { tokens: 0 },
      })
    } finally {
      this.active--
    }
  }

  private async sampleAll(candidates: readonly Wanted[], job: Job): Promise<void> {
    await forEachConcurrently(this.chunks(candidates), job.signal, (chunk, signal) =>
      this.sampleChunk(chunk, { ...job, signal }),
    )
  }

  private chunks(candidates: readonly Wanted[]): Wanted[][] {
    // By index in the pool, not in this list, so that after an interruption the requests are those
    // of an uninterrupted run.
    const blocks = new Map<number, Wanted[]>()
    for (const candidate of candidates) {
      const block = Math.floor(candidate.index / this.negotiation.choicesPerRequest)
      const chunk = blocks.get(block)
      if (chunk) chunk.push(candidate)
      else blocks.set(block, [candidate])
    }
    return [...blocks.values()]
  }

  /** Samples a part of a chunk that one request can hold; then those that did not arrive. */
  private async sampleChunk(chunk: readonly Wanted[], job: Job): Promise<void> {
    const { answer, asked, dialect } = await this.answered(chunk, job)
    const choices = answer.choices.slice(0, asked.length)
    const isComplete = choices.length + answer.failed >= asked.length
    for (const sentence of this.negotiation.learn(dialect, isComplete))
      job.onProgress({ kind: 'notice', sentence })
    this.report(choices, asked, dialect, job)
    this.countTokens(answer.tokens, job)
    if (choices.length < chunk.length) await this.sampleAll(chunk.slice(choices.length), job)
  }

  private async answered(chunk: readonly Wanted[], job: Job): Promise<Negotiated> {
    try {
      return await this.negotiation.answer(chunk, job.params, (request) => this.ask(request, job))
    } catch (thrown) {
      throw thrown instanceof ServerRefusal
        ? await unlessOfAll(await this.failureFor(thrown, job), () => this.answerToAnother(job))
        : await this.attributed(thrown, job)
    }
  }

  private ask({ asked, dialect, isTrial }: Attempt, job: Job): Promise<ChatAnswer> {
    return this.connection.ask({
      ...chatCall({
        body: {
          ...this.body(asked, job.params, dialect),
          stream: job.onText !== undefined || dialect.streams,
        },
        signal: job.signal,
        isTrial,
        onProgress: job.onProgress,
      }),
      ...(job.onText ? { onTry: textReader(asked, job.params, job.onText) } : {}),
      splittable: asked.length > 1,
      read: readChatAnswer,
    })
  }

  private async failureFor(refusal: ServerRefusal, { signal }: Job): Promise<FailureError> {
    const models =
      refusal.isOverflow || this.negotiation.isProven
        ? null
        : await listModels(this.connection, signal).catch(() => null)
    signal.throwIfAborted()
    return refusalFailure(refusal, {
      address: this.connection.address,
      model: this.request.model,
      path: CHAT_PATH,
      models,
      answersOthers: this.negotiation.isProven,
    })
  }

  /** A fault that persists concerns the prompt alone if the server answers another one. */
  private async attributed(thrown: unknown, job: Job): Promise<unknown> {
    if (!isUnreachable(thrown)) return thrown
    const { code, ...failure } = thrown.failure
    return (await this.answerToAnother(job)) === 'answered'
      ? failureError('prompt-refused', failure.message, failure)
      : thrown
  }

  /** What the server makes of another prompt. */
  private answerToAnother({ params, signal }: Job): Promise<AnotherAnswer> {
    const asked = params.candidates.slice(0, 1)
    const maxNewTokens = Math.min(params.sampling.maxNewTokens, FEW_TOKENS)
    const sampling = { ...params.sampling, maxNewTokens }
    const another = { ...params, messages: ANY_PROMPT, sampling }
    const body = this.body(asked, another, this.negotiation.dialect)
    const call = { method: 'POST', path: CHAT_PATH, body, signal, tries: 1 } as const
    return anotherAnswer(() => this.connection.ask({ ...call, read: readChatAnswer }), signal)
  }

  private body(
    asked: readonly Wanted[],
    { generator: { template }, messages, sampling }: SampleParams,
    dialect: Dialect,
  ): Record<string, unknown> {
    const sends = (field: 'seed' | 'logprobs'): boolean => !dialect.omitted.includes(field)
    return {
      model: this.request.model,
      messages,
      stream: dialect.streams,
      [dialect.tokenLimit]: sampling.maxNewTokens,
      ...samplingFields(sampling, this.identity, dialect),
      ...(template ? { [TEMPLATE_FIELD]: template } : {}),
      ...(sends('seed') ? { seed: asked[0]!.seed } : {}),
      ...(asked.length > 1 ? { n: asked.length } : {}),
      ...(sends('logprobs') ? { logprobs: true } : {}),
    }
  }

  private report(
    choices: ChatAnswer['choices'],
    asked: readonly Wanted[],
    { omitted }: Dialect,
    { params, onProgress }: Job,
  ): void {
    const seed = omitted.includes('seed') ? null : asked[0]!.seed
    const unset = omitted.filter((field) => field === 'temperature' || field === 'top_p')
    for (const [i, { text, reasoning = null, ...rest }] of choices.entries()) {
      const candidate: SampledCandidate = {
        index: asked[i]!.index,
        seed,
        ...rest,
        ...placed({ text, reasoning }, params.generator.reasoning),
        ...(unset.length === 0 ? {} : { omitted: unset }),
      }
      onProgress({ kind: 'candidate', candidate })
    }
  }

  private countTokens(tokens: number | null, job: Job): void {
    if (tokens === null) return
    job.count.tokens += tokens
    this.throughput.count(tokens)
    const tokensPerSecond = this.throughput.due()
    if (tokensPerSecond !== undefined)
      job.onProgress({ kind: 'rate', tokens: job.count.tokens, tokensPerSecond })
  }
}

/** Reports the texts of unfinished candidates as the parts of a response come. */
function textReader(
  asked: readonly Wanted[],
  { generator }: SampleParams,
  onText: (text: TextSoFar) => void,
): NonNullable<Call<ChatAnswer>['onTry']> {
  return () => {
    const stream = new ChatStream()
    const isDue = perCandidate()
    return (part) => {
      stream.push(part)
      for (const [place, { index }] of asked.entries()) {
        const soFar = stream.soFar(place)
        const choice = soFar && isDue(index) ? readChatAnswer(soFar.value)?.choices[0] : undefined
        if (!soFar || !choice) continue
        const { text, reasoning = null } = choice
        const fields = placed({ text, reasoning }, generator.reasoning)
        onText({ kind: 'text', index, ...fields, tokens: soFar.parts })
      }
    }
  }
}
