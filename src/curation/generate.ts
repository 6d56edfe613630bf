// Samples the candidates that pools lack, in prompt order. Several prompts are in flight, so that
// the engine's batch, or a server, stays full.
import { forEachConcurrently } from '../async/concurrency'
import type { Prompt } from '../shared/domain'
import type { Activity } from '../shared/editorProtocol'
import type { LoadedModel } from '../shared/engineProtocol'
import { type Failure, toFailure } from '../shared/errors'
import type { Curation } from './curation'
import type { Engine } from './engine'
import { type Assignment, GenerationPlan, type Segment, type Shard } from './generationPlan'
import { GenerationProgress } from './generationProgress'
import { type GenerationSource, loadSource } from './generationSource'
import { sampleAssignment } from './sampling'
import { repeatsIn, selectAll, selectPrompt } from './select'

export interface GenerateOptions {
  signal: AbortSignal
  onActivity: (activity: Activity) => void
  onModel?: (model: LoadedModel) => void
  /** At most this many prompts. */
  limit?: number
  /** Only the prompts of this shard; other machines sample the rest. */
  shard?: Shard
  /** Select from each pool as soon as it is full, so that labelling can start. */
  select: boolean
}

export interface GenerateResult {
  /** Candidates written in this run. */
  generated: number
  /** How many of them were cut off at the limit of tokens. */
  cutOff: number
  /** Prompts that could not be sampled: too long for the model. The others are sampled. */
  skipped: { promptId: string; failure: Failure }[]
}

/**
 * Resumes where the journal ends: only missing candidates are sampled.
 * @throws FailureError `busy` while another process generates; failures of the engine and of the
 *   file system. Candidates that were finished by then are on disk.
 */
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

class Generation {
  private readonly progress: GenerationProgress
  /** By prompt id. */
  private readonly skipped = new Map<string, Failure>()
  /** By prompt id: assignments that are not done, of prompts that have begun. */
  private readonly unfinished = new Map<string, number>()
  /** By prompt id: what the selections of this run saw repeated. */
  private readonly repeats = new Map<string, string>()

  constructor(
    private readonly curation: Curation,
    private readonly engine: Engine,
    private readonly options: GenerateOptions,
  ) {
    this.progress = new GenerationProgress(options.onActivity)
  }

  async run(): Promise<GenerateResult> {
    const { select } = this.options
    if (select) await this.selectFull()
    await this.sampleAll()
    if (select) await this.selectAgain()
    const skipped = Array.from(this.skipped, ([promptId, failure]) => ({ promptId, failure }))
    const { generated, cutOff } = this.progress
    return { generated, cutOff, skipped }
  }

  /** Pools that are full already, of imported responses say, need no generator. */
  private async selectFull(): Promise<void> {
    const { round } = this.curation
    const isSettled = ({ id }: Prompt): boolean =>
      round.counting(id).length > 0 || round.missing(id).length > 0
    const { onRepeats } = this
    await selectAll(this.curation, this.engine, { ...this.options, isSettled, onRepeats })
  }

  /**
   * Only when all pools are full is it known which texts several prompts share. Selecting again
   * from the pools that have such texts makes selections independent of the order of the prompts.
   */
  private async selectAgain(): Promise<void> {
    const isSettled = (prompt: Prompt): boolean =>
      this.repeats.get(prompt.id) === repeatsIn(this.curation, prompt)
    await selectAll(this.curation, this.engine, { ...this.options, isSettled })
  }

  /** Under a limit, other prompts take the places of those that turn out to be too long. */
  private async sampleAll(): Promise<void> {
    const { signal, limit } = this.options
    for (let left = limit ?? Infinity; left > 0;) {
      const skippedBefore = this.skipped.size
      const plan = new GenerationPlan(this.curation, {
        ...this.options,
        limit: left,
        skipped: this.skipped,
      })
      this.progress.total = this.progress.generated + plan.total
      await forEachConcurrently(plan.lanes(), signal, async (segments, either) => {
        for (const segment of segments) await this.sampleSegment(segment, either)
      })
      left = limit === undefined ? 0 : this.skipped.size - skippedBefore
    }
  }

  private async sampleSegment(
    { generator, assignments }: Segment,
    signal: AbortSignal,
  ): Promise<void> {
    const { curation, engine, progress } = this
    const report = (sentence: string): void => progress.report(sentence)
    const source = await loadSource(curation, engine, generator, { signal, report })
    this.options.onModel?.(source.model)
    await forEachConcurrently(
      assignments,
      signal,
      (assignment, either) => this.carryOut(assignment, source, either),
      {
        width: (finished) => this.candidatesInFlight(source, finished),
        cost: ({ candidates }) => candidates.length,
      },
    )
    progress.removeRate(source.generation.id)
  }

  /**
   * Where a person waits for the first selection, its pool is sampled alone on this machine, and
   * the batch grows with each full pool. A server has room for all at once.
   */
  private candidatesInFlight({ model }: GenerationSource, fullPools: number): number {
    const { n } = this.curation.settings.sampling
    const most = model.candidatesInFlight
    return this.options.select && !model.server ? Math.min(most, n * (1 + fullPools)) : most
  }

  private async carryOut(
    assignment: Assignment,
    source: GenerationSource,
    signal: AbortSignal,
  ): Promise<void> {
    const { curation, engine, progress } = this
    const { prompt, ofPrompt } = assignment
    if (!this.unfinished.has(prompt.id)) this.unfinished.set(prompt.id, ofPrompt)
    try {
      await sampleAssignment(curation, engine, assignment, { source, progress, signal })
    } catch (thrown) {
      this.skip(prompt, thrown)
    }
    const left = (this.unfinished.get(prompt.id) ?? 1) - 1
    this.unfinished.set(prompt.id, left)
    if (left > 0) return
    this.unfinished.delete(prompt.id)
    if (this.options.select && !this.skipped.has(prompt.id))
      await selectPrompt(curation, engine, prompt, signal, this.onRepeats)
  }

  /** @throws what is not about this prompt alone. */
  private skip({ id }: Prompt, thrown: unknown): void {
    const failure = toFailure(thrown)
    if (failure.code !== 'context-overflow') throw thrown
    if (!this.skipped.has(id))
      this.skipped.set(id, { ...failure, where: this.curation.paths.prompts })
    this.curation.round.unsampled.add(id)
  }

  private readonly onRepeats = ({ id }: Prompt, repeats: string): void =>
    void this.repeats.set(id, repeats)
}
