// Samples what is missing of each pool, in prompt order, several prompts in flight so that the
// engine's batch, or a server, stays full.
import { ProgressEstimate } from '../core/progress'
import { candidateId, generationId } from '../core/formats/ids'
import type { GeneratorShare } from '../core/formats/modelSettings'
import type { GenerationRecord } from '../core/formats/records'
import type { Candidate, Prompt } from '../shared/domain'
import type { Activity } from '../shared/editorProtocol'
import type { LoadedModel, ModelRequest, SampledCandidate } from '../shared/engineProtocol'
import { type Failure, toFailure } from '../shared/errors'
import type { Curation } from './curation'
import { type Engine, generatorRequest, modelName } from './engine'
import { forEachConcurrently } from '../async/concurrency'
import { type Assignment, GenerationPlan, type Segment, type Shard } from './generationPlan'
import { repeatsIn, selectAll, selectPrompt } from './select'

export interface GenerateOptions {
  signal: AbortSignal
  onActivity: (activity: Activity) => void
  onModel?: (model: LoadedModel) => void
  /** At most so many prompts. */
  limit?: number
  /** Only these prompts, the others being sampled elsewhere. */
  shard?: Shard
  /** Select from each pool as soon as it is full, so that annotation can start. */
  select: boolean
}

export interface GenerateResult {
  /** Candidates written now. */
  generated: number
  /**
   * Prompts that could not be sampled (too long for the model); the others are not held up by them.
   */
  skipped: { promptId: string; failure: Failure }[]
}

/** Resumes where the journal ends: only candidates that are not there are sampled. */
export async function generate(
  curation: Curation,
  engine: Engine,
  options: GenerateOptions,
): Promise<GenerateResult> {
  const { lost, release } = await curation.store.lockForGeneration()
  try {
    await curation.store.refresh()
    return await new Generation(curation, engine, {
      ...options,
      signal: AbortSignal.any([options.signal, lost]),
    }).run()
  } catch (thrown) {
    lost.throwIfAborted() // says more than that the work was cancelled
    throw thrown
  } finally {
    await release()
  }
}

/** Where the candidates of a segment come from. */
interface Source {
  request: ModelRequest
  generation: GenerationRecord
  /** For people. */
  name: string
}

class Generation {
  private readonly estimate = new ProgressEstimate()
  private readonly result: GenerateResult = { generated: 0, skipped: [] }
  private readonly started = process.hrtime.bigint()
  /** Candidates that this run is to write, as far as is known. */
  private total = 0
  /** Tokens per second by generator. */
  private readonly rates = new Map<string, number>()
  /** Assignments of a prompt that are not done yet, once one has begun. */
  private readonly unfinished = new Map<string, number>()
  /** Prompts of {@link result}'s `skipped`. */
  private readonly skipped = new Set<string>()
  /** What the selections of this run saw repeated, by prompt. */
  private readonly repeats = new Map<string, string>()

  constructor(
    private readonly curation: Curation,
    private readonly engine: Engine,
    private readonly options: GenerateOptions,
  ) {}

  async run(): Promise<GenerateResult> {
    const { select, signal, limit } = this.options
    if (select) await this.selectFull()
    // Prompts that turned out too long give their places below the limit to others.
    for (let left = limit ?? Infinity; left > 0;) {
      const skippedBefore = this.skipped.size
      const plan = new GenerationPlan(this.curation, {
        ...this.options,
        limit: left,
        skipped: this.skipped,
      })
      this.total = this.result.generated + plan.total
      await forEachConcurrently(plan.lanes(), signal, async (segments, either) => {
        for (const segment of segments) await this.runSegment(segment, either)
      })
      left = limit === undefined ? 0 : this.skipped.size - skippedBefore
    }
    // The guard knows texts repeated under several prompts only once all pools are full: a second
    // look at the pools that have such texts makes the selections independent of the order in which
    // prompts came.
    const isSettled = (prompt: Prompt): boolean =>
      this.repeats.get(prompt.id) === repeatsIn(this.curation, prompt)
    if (select) await selectAll(this.curation, this.engine, { ...this.options, isSettled })
    return this.result
  }

  /** Full pools without a selection, as of imported responses, need no generator. */
  private async selectFull(): Promise<void> {
    const { round } = this.curation
    const isSettled = ({ id }: Prompt): boolean =>
      round.selection(id) !== undefined || round.missing(id).length > 0
    await selectAll(this.curation, this.engine, {
      ...this.options,
      isSettled,
      onRepeats: this.noteRepeats,
    })
  }

  private readonly noteRepeats = ({ id }: Prompt, repeats: string): void =>
    void this.repeats.set(id, repeats)

  private async runSegment(
    { generator, assignments }: Segment,
    signal: AbortSignal,
  ): Promise<void> {
    const request = generatorRequest(generator, this.curation.paths.base)
    this.report('Loading the model')
    const model = await this.engine.request(
      'load',
      { ...request, role: 'generator' },
      {
        signal,
        onProgress: (progress) =>
          this.report(
            progress.kind === 'download'
              ? `Downloading ${progress.file}${downloaded(progress)}`
              : 'Loading the model',
          ),
      },
    )
    this.options.onModel?.(model)
    const source: Source = {
      request,
      generation: this.generationOf(generator, model),
      name: modelName(generator.model),
    }
    const { n } = this.curation.settings.sampling
    const full = model.candidatesInFlight
    // Where a person waits for the first selection its pool is sampled alone on this machine; the
    // batch grows with each pool that is full. A server has room for all at once.
    const width = (finished: number): number =>
      this.options.select && !model.server ? Math.min(full, n * (1 + finished)) : full
    await forEachConcurrently(
      assignments,
      signal,
      (assignment, either) => this.carryOut(assignment, source, either),
      {
        width,
        cost: ({ candidates }) => candidates.length,
      },
    )
    this.rates.delete(source.generation.id)
  }

  private generationOf({ model, template }: GeneratorShare, loaded: LoadedModel): GenerationRecord {
    const { n, ...sampling } = this.curation.settings.sampling
    const { server } = loaded
    const at = server
      ? {
          server: server.address,
          ...(server.software === null ? {} : { software: server.software }),
        }
      : {}
    const settings = {
      kind: 'generation',
      model,
      device: loaded.device,
      ...(loaded.variant === undefined ? {} : { variant: loaded.variant }),
      ...at,
      ...(template === undefined ? {} : { template }),
      sampling,
    } as const
    return { ...settings, id: generationId(settings) }
  }

  private async carryOut(
    assignment: Assignment,
    source: Source,
    signal: AbortSignal,
  ): Promise<void> {
    const { prompt } = assignment
    const { id } = prompt
    if (!this.unfinished.has(id)) this.unfinished.set(id, assignment.ofPrompt)
    try {
      await this.sampleCandidates(assignment, source, signal)
    } catch (thrown) {
      const failure = toFailure(thrown)
      if (failure.code !== 'context-overflow') throw thrown
      if (!this.skipped.has(id))
        this.result.skipped.push({
          promptId: id,
          failure: { ...failure, where: this.curation.paths.prompts },
        })
      this.skipped.add(id)
      this.curation.round.unsampled.add(id)
    }
    const left = (this.unfinished.get(id) ?? 1) - 1
    this.unfinished.set(id, left)
    if (left > 0) return
    this.unfinished.delete(id)
    if (this.options.select && !this.skipped.has(id))
      await selectPrompt(this.curation, this.engine, prompt, signal, this.noteRepeats)
  }

  /**
   * Rejects with what stopped the sampling, or with why a candidate could not be written; those
   * that could are on disk.
   */
  private async sampleCandidates(
    { prompt, candidates }: Assignment,
    source: Source,
    signal: AbortSignal,
  ): Promise<void> {
    const { n, seed, ...sampling } = this.curation.settings.sampling
    const unwritable = new AbortController()
    const writes: Promise<void>[] = []
    const sampled = this.engine.request(
      'sample',
      { generator: source.request, messages: prompt.messages, candidates, sampling },
      {
        signal: AbortSignal.any([signal, unwritable.signal]),
        onProgress: (progress) => {
          if (progress.kind === 'rate')
            this.rates.set(source.generation.id, progress.tokensPerSecond)
          if (progress.kind === 'waiting') this.report(progress.sentence)
          if (progress.kind !== 'candidate') return
          const written = this.write(prompt, progress.candidate, source)
          written.catch(() => unwritable.abort())
          writes.push(written)
        },
      },
    )
    const [outcome] = await Promise.allSettled([sampled])
    await Promise.all(writes)
    if (outcome.status === 'rejected') throw outcome.reason
  }

  private async write(
    prompt: Prompt,
    sampled: SampledCandidate,
    { generation, name }: Source,
  ): Promise<void> {
    const { round, store } = this.curation
    const { index, text, ...rest } = sampled
    // Half of a surrogate pair, as where a response was cut off, would be one in the data set,
    // which no reader takes.
    const candidate: Candidate = {
      id: candidateId(prompt.id, round.number, index),
      promptId: prompt.id,
      round: round.number,
      index,
      text: text.toWellFormed(),
      ...rest,
      generationId: generation.id,
    }
    await store.appendCandidates(generation, [candidate])
    this.result.generated++
    this.report(`Sampling from ${name}`)
  }

  private report(sentence: string): void {
    const done = this.result.generated
    const { total } = this
    this.estimate.add(Number(process.hrtime.bigint() - this.started) / 1e9, done)
    const tokensPerSecond =
      this.rates.size === 0 ? null : [...this.rates.values()].reduce((sum, rate) => sum + rate, 0)
    this.options.onActivity({
      kind: 'generate',
      sentence,
      done,
      total,
      tokensPerSecond,
      secondsLeft: this.estimate.secondsLeft(total),
    })
  }
}

function downloaded({ bytes, totalBytes }: { bytes: number; totalBytes: number | null }): string {
  const mega = (value: number): string => (value / 1e6).toFixed(0)
  return totalBytes === null
    ? ` (${mega(bytes)} MB)`
    : ` (${mega(bytes)} of ${mega(totalBytes)} MB)`
}
