// A language model behind a server with the OpenAI API: takes messages, gives sampled candidates.
import { forEachConcurrently } from '../../async/concurrency'
import type { LoadedModel, SampleParams, SampleProgress } from '../../shared/engineProtocol'
import { type FailureError, failureError } from '../../shared/errors'
import { Throughput } from '../generation/throughput'
import type { Log } from '../log'
import { type ChatAnswer, readChatAnswer } from './chatAnswer'
import type { Connection } from './connection'
import { TooLate } from './exchange'
import {
  CHUNK,
  type Dialect,
  fewerAtOnce,
  FIRST_DIALECT,
  ignoredSetting,
  ignoresTemplate,
  narrowingFields,
  refusedExtension,
  simpler,
  TEMPLATE_FIELD,
} from './dialect'
import { type Identity, listModels } from './identity'
import { Refusal, refused } from './refusal'

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
    const { contextLength, name } = this.identity
    // Twice what is in flight: while answers are written, other requests wait here already.
    return {
      model: this.model,
      device: 'server',
      reason: '',
      contextLength,
      candidatesInFlight: 2 * CHUNK * this.concurrency,
      server: { address: this.connection.address, software: name },
    }
  }

  /**
   * Samples the candidates asked for; each is reported when its request is answered.
   * @throws FailureError `context-overflow` for a prompt that does not fit; `server-refused`,
   *   `server-unreachable`, `cancelled`.
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
    // By place in the pool, not in this list: what is asked for after an interruption is what would
    // have been asked for without.
    const blocks = new Map<number, Wanted[]>()
    for (const candidate of candidates) {
      const block = Math.floor(candidate.index / this.dialect.atOnce)
      const chunk = blocks.get(block)
      if (chunk) chunk.push(candidate)
      else blocks.set(block, [candidate])
    }
    return [...blocks.values()]
  }

  /**
   * Asks for a chunk in one request, or for as much of it as the dialect has; then for what did not
   * come.
   */
  private async sampleChunk(
    chunk: readonly Wanted[],
    job: Job,
    dialect = this.dialect,
  ): Promise<void> {
    const asked = chunk.slice(0, dialect.atOnce)
    let answer: ChatAnswer
    try {
      answer = await this.connection.ask({
        method: 'POST',
        path: PATH,
        body: this.body(asked, job.params, dialect),
        signal: job.signal,
        divisible: asked.length > 1,
        onWait: (sentence) => job.onProgress({ kind: 'waiting', sentence }),
        read: readChatAnswer,
      })
    } catch (thrown) {
      if (thrown instanceof TooLate)
        return this.sampleChunk(chunk, job, fewerAtOnce(dialect, asked.length))
      if (!(thrown instanceof Refusal)) throw thrown
      return this.sampleChunk(
        chunk,
        job,
        await this.dialectAfter(thrown, dialect, asked.length, job),
      )
    }
    const choices = answer.choices.slice(0, asked.length)
    this.learn(dialect, choices.length === asked.length)
    const seed = dialect.seed ? (asked[0]?.seed ?? null) : null
    choices.forEach((choice, place) =>
      job.onProgress({
        kind: 'candidate',
        candidate: { index: asked[place]?.index ?? 0, seed, ...choice },
      }),
    )
    this.report(answer.tokens, job)
    if (choices.length < chunk.length) await this.sampleAll(chunk.slice(choices.length), job)
  }

  /**
   * What works is kept for the requests to come. `complete`: as many responses came as were asked
   * for.
   */
  private learn(dialect: Dialect, complete: boolean): void {
    const known = this.dialect
    const atOnce = complete ? Math.min(known.atOnce, dialect.atOnce) : 1
    if (atOnce < known.atOnce)
      this.log(
        'info',
        `${this.connection.address}: is asked for ${atOnce === 1 ? 'one response' : `${atOnce} responses`} a request from now on.`,
      )
    if (known.logprobs && !dialect.logprobs)
      this.log(
        'info',
        `${this.connection.address}: gives no log-probabilities; candidates are kept without.`,
      )
    this.dialect = {
      atOnce,
      logprobs: known.logprobs && dialect.logprobs,
      seed: known.seed && dialect.seed,
      offValues: known.offValues && dialect.offValues,
      tokenLimit: dialect.tokenLimit === 'max_tokens' ? known.tokenLimit : dialect.tokenLimit,
    }
  }

  /** How to ask after a refusal. @throws FailureError when there is no other way to ask. */
  private async dialectAfter(
    refusal: Refusal,
    dialect: Dialect,
    asked: number,
    { params, signal }: Job,
  ): Promise<Dialect> {
    if (refusal.isForm && !refusal.isOverflow) {
      if (params.generator.template && refusal.message.includes(TEMPLATE_FIELD))
        throw this.takesNoTemplate()
      const extension = refusedExtension(refusal, params.sampling)
      if (extension && !extension.isOff) throw this.doesNotTake(extension.setting)
      if (extension && dialect.offValues) return { ...dialect, offValues: false }
      const next = simpler(dialect, refusal, asked)
      if (next) return next
    }
    const models = refusal.isOverflow
      ? null
      : await listModels(this.connection, signal).catch(() => null)
    signal.throwIfAborted()
    throw refused(refusal, {
      address: this.connection.address,
      model: this.model,
      path: PATH,
      models,
    })
  }

  private doesNotTake(setting: keyof SampleParams['sampling']): FailureError {
    return failureError(
      'server-refused',
      `The server does not take the setting sampling.${setting}.`,
      {
        where: this.connection.address,
        remedy: `Set sampling.${setting} to ${setting === 'repetitionPenalty' ? 1 : 0} in the curation file, or choose another server.`,
      },
    )
  }

  private takesNoTemplate(): FailureError {
    return failureError(
      'server-refused',
      'The server does not take options of the chat template.',
      {
        where: this.connection.address,
        remedy: 'Remove generator.template from the curation file, or choose another server.',
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
      ...(dialect.seed ? { seed: asked[0]?.seed } : {}),
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
