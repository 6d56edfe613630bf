// A language model behind a server with the OpenAI API: samples candidates for messages.
// Invariant I10.
import * as l10n from '@vscode/l10n'
import { forEachConcurrently } from '../../async/concurrency'
import type { LoadedModel, SampleParams, SampleProgress } from '../../shared/engineProtocol'
import { type FailureError, failureError } from '../../shared/errors'
import { Throughput } from '../generation/throughput'
import type { Log } from '../log'
import { type ChatAnswer, readChatAnswer } from './chatAnswer'
import type { Connection } from './connection'
import { TimedOut } from './exchange'
import {
  CHUNK,
  type Dialect,
  withFewerChoices,
  FIRST_DIALECT,
  ignoredSetting,
  ignoresTemplate,
  narrowingFields,
  refusedExtension,
  simplified,
  TEMPLATE_FIELD,
} from './dialect'
import { describeModel, type Identity, listModels } from './identity'
import { Refusal, refusalFailure } from './refusal'

const PATH = '/chat/completions'

type Wanted = SampleParams['candidates'][number]

interface Job {
  params: SampleParams
  signal: AbortSignal
  onProgress: (progress: SampleProgress) => void
  count: { tokens: number }
}

export class ServerGenerator {
  private dialect: Dialect = FIRST_DIALECT
  private readonly throughput = new Throughput(() => performance.now())
  private active = 0

  constructor(
    private readonly connection: Connection,
    private readonly model: string,
    private readonly concurrency: number,
    private readonly identity: Identity,
    private readonly log: Log,
  ) {}

  get description(): LoadedModel {
    // Twice the number in flight, so that further requests wait here while responses are stored.
    const candidatesInFlight = 2 * CHUNK * this.concurrency
    return describeModel(this.connection, this.model, this.identity, candidatesInFlight)
  }

  /**
   * Samples the requested candidates; reports each when its response arrives.
   * @throws FailureError `context-overflow` for a prompt that does not fit the model's context;
   *   `server-refused`, `server-unreachable`, `cancelled`.
   */
  async sample(
    params: SampleParams,
    signal: AbortSignal,
    onProgress: (progress: SampleProgress) => void,
  ): Promise<void> {
    const ignored = ignoredSetting(params.sampling, this.identity)
    if (ignored !== undefined) throw this.doesNotTake(ignored)
    if (params.generator.template && ignoresTemplate(this.identity)) throw this.takesNoTemplate()
    if (this.active++ === 0) this.throughput.restart()
    try {
      await this.sampleAll(params.candidates, { params, signal, onProgress, count: { tokens: 0 } })
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
      const block = Math.floor(candidate.index / this.dialect.choicesPerRequest)
      const chunk = blocks.get(block)
      if (chunk) chunk.push(candidate)
      else blocks.set(block, [candidate])
    }
    return [...blocks.values()]
  }

  /**
   * Requests a chunk, or as many of its candidates as the dialect allows; then those that did not
   * arrive.
   */
  private async sampleChunk(
    chunk: readonly Wanted[],
    job: Job,
    dialect = this.dialect,
  ): Promise<void> {
    const asked = chunk.slice(0, dialect.choicesPerRequest)
    let answer: ChatAnswer
    try {
      answer = await this.connection.ask({
        method: 'POST',
        path: PATH,
        body: this.body(asked, job.params, dialect),
        signal: job.signal,
        splittable: asked.length > 1,
        onWait: (sentence) => job.onProgress({ kind: 'waiting', sentence }),
        read: readChatAnswer,
      })
    } catch (thrown) {
      if (thrown instanceof TimedOut)
        return this.sampleChunk(chunk, job, withFewerChoices(dialect, asked.length))
      if (!(thrown instanceof Refusal)) throw thrown
      return this.sampleChunk(
        chunk,
        job,
        await this.dialectAfter(thrown, dialect, asked.length, job),
      )
    }
    const choices = answer.choices.slice(0, asked.length)
    this.learn(dialect, choices.length === asked.length)
    const seed = dialect.seed ? asked[0]!.seed : null
    choices.forEach((choice, i) =>
      job.onProgress({
        kind: 'candidate',
        candidate: { index: asked[i]!.index, seed, ...choice },
      }),
    )
    this.report(answer.tokens, job)
    if (choices.length < chunk.length) await this.sampleAll(chunk.slice(choices.length), job)
  }

  /**
   * Keeps the dialect that succeeded for later requests.
   * @param complete whether the response had as many choices as requested.
   */
  private learn(dialect: Dialect, complete: boolean): void {
    const known = this.dialect
    const choicesPerRequest = complete
      ? Math.min(known.choicesPerRequest, dialect.choicesPerRequest)
      : 1
    if (choicesPerRequest < known.choicesPerRequest)
      this.log(
        'info',
        `${this.connection.address}: requests ask for at most ${choicesPerRequest === 1 ? 'one response' : `${choicesPerRequest} responses`} from now on.`,
      )
    if (known.logprobs && !dialect.logprobs)
      this.log(
        'info',
        `${this.connection.address}: returns no log-probabilities; candidates have none.`,
      )
    this.dialect = {
      choicesPerRequest,
      logprobs: known.logprobs && dialect.logprobs,
      seed: known.seed && dialect.seed,
      sendsOffValues: known.sendsOffValues && dialect.sendsOffValues,
      tokenLimit: dialect.tokenLimit === 'max_tokens' ? known.tokenLimit : dialect.tokenLimit,
    }
  }

  /** The dialect to try after a refusal. @throws FailureError if there is none. */
  private async dialectAfter(
    refusal: Refusal,
    dialect: Dialect,
    asked: number,
    { params, signal }: Job,
  ): Promise<Dialect> {
    if (refusal.isBadRequest && !refusal.isOverflow) {
      if (params.generator.template && refusal.message.includes(TEMPLATE_FIELD))
        throw this.takesNoTemplate()
      const extension = refusedExtension(refusal, params.sampling)
      if (extension && !extension.isOff) throw this.doesNotTake(extension.setting)
      if (extension && dialect.sendsOffValues) return { ...dialect, sendsOffValues: false }
      const next = simplified(dialect, refusal, asked)
      if (next) return next
    }
    const models = refusal.isOverflow
      ? null
      : await listModels(this.connection, signal).catch(() => null)
    signal.throwIfAborted()
    throw refusalFailure(refusal, {
      address: this.connection.address,
      model: this.model,
      path: PATH,
      models,
    })
  }

  private doesNotTake(setting: keyof SampleParams['sampling']): FailureError {
    return failureError(
      'server-refused',
      l10n.t`The server does not take the setting sampling.${setting}.`,
      {
        where: this.connection.address,
        remedy: l10n.t`Set sampling.${setting} to ${setting === 'repetitionPenalty' ? 1 : 0} in the curation file, or choose another server.`,
      },
    )
  }

  private takesNoTemplate(): FailureError {
    return failureError(
      'server-refused',
      l10n.t('The server does not take options of the chat template.'),
      {
        where: this.connection.address,
        remedy: l10n.t(
          'Remove generator.template from the curation file, or choose another server.',
        ),
      },
    )
  }

  private body(
    asked: readonly Wanted[],
    { generator: { template }, messages, sampling }: SampleParams,
    dialect: Dialect,
  ): Record<string, unknown> {
    return {
      model: this.model,
      messages,
      temperature: sampling.temperature,
      [dialect.tokenLimit]: sampling.maxNewTokens,
      ...narrowingFields(sampling, this.identity, dialect),
      ...(template ? { [TEMPLATE_FIELD]: template } : {}),
      ...(dialect.seed ? { seed: asked[0]!.seed } : {}),
      ...(asked.length > 1 ? { n: asked.length } : {}),
      ...(dialect.logprobs ? { logprobs: true } : {}),
    }
  }

  private report(tokens: number | null, job: Job): void {
    if (tokens === null) return
    job.count.tokens += tokens
    this.throughput.count(tokens)
    const tokensPerSecond = this.throughput.due()
    if (tokensPerSecond !== undefined)
      job.onProgress({ kind: 'rate', tokens: job.count.tokens, tokensPerSecond })
  }
}
