// Samples the candidates that pools lack, in prompt order. Several prompts are in flight, so that
// the engine's batch, or a server, stays full.
import { forEachConcurrently } from '../../async/concurrency'
import type { Prompt } from '../../shared/domain'
import type { Activity } from '../../shared/curationViews'
import type { LoadedModel } from '../../shared/engineProtocol'
import type { LeftOutView } from '../../shared/leftOutView'
import type { Curation } from '../curation'
import type { Engine } from '../engine'
import { Faults } from './faults'
import { type Assignment, GenerationPlan, type Segment, type Shard } from './plan'
import { GenerationProgress } from './progress'
import { type GenerationSource, loadSource } from './source'
import { embedForLearning } from '../learning/embedForLearning'
import { selectAhead } from '../learning/selectAhead'
import { leftOutPrompts } from './leftOut'
import { sampleAssignment } from './sampling'
import { repeatsIn, selectPrompt } from '../selection/onePool'
import { selectAll, type SelectOptions } from '../selection/select'

export interface GenerateOptions {
  signal: AbortSignal
  onActivity: (activity: Activity) => void
  onModel?: (model: LoadedModel) => void
  /** Called with what the user should know of a generator, once. */
  onNotice?: (sentence: string) => void
  /** At most this many prompts. */
  limit?: number
  /** Only the prompts of this shard; other machines sample the rest. */
  shard?: Shard
  /** Samples again for prompts that were left out before. */
  retriesLeftOut?: boolean
  /** Select from each pool as soon as it is full, so that labelling can start. */
  select: boolean
}

export interface GenerateResult {
  /** Candidates written in this run. */
  generated: number
  /** How many of them were cut off at the token limit. */
  cutOff: number
  /** Prompts that a generator does not take: in this run or in an earlier one. */
  leftOut: (LeftOutView & { isNew: boolean })[]
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
  private readonly faults: Faults
  /** By prompt id: assignments that are not done, of prompts that have begun. */
  private readonly unfinished = new Map<string, number>()
  /** By prompt id: what the selections of this run saw repeated. */
  private readonly repeats = new Map<string, string>()
  private readonly onNotice = (sentence: string): void => this.options.onNotice?.(sentence)

  constructor(
    private readonly curation: Curation,
    private readonly engine: Engine,
    private readonly options: GenerateOptions,
  ) {
    this.progress = new GenerationProgress(options.onActivity)
    this.faults = new Faults(curation, this.onNotice)
  }

  async run(): Promise<GenerateResult> {
    const { select } = this.options
    if (select) await this.selectFull()
    await this.sampleAll()
    if (select) await this.selectAgain()
    const { generated, cutOff } = this.progress
    return { generated, cutOff, leftOut: this.leftOut() }
  }

  /** Pools that are full already, of imported responses say, need no generator. */
  private async selectFull(): Promise<void> {
    const { round } = this.curation
    const isSettled = ({ id }: Prompt): boolean =>
      round.counting(id).length > 0 ||
      [...round.missingByGenerator(id).keys()].some((generator) => !this.isLeftOut(id, generator))
    await selectAll(this.curation, this.engine, { ...this.selecting, isSettled })
  }

  /**
   * Only when all pools are full is it known which texts several prompts share. Selecting again
   * from the pools that have such texts makes selections independent of the order of the prompts.
   * Those of a rule that learns rest on what was known when they were made.
   */
  private async selectAgain(): Promise<void> {
    if (this.curation.round.isJustInTime) return
    const isSettled = (prompt: Prompt): boolean =>
      this.repeats.get(prompt.id) === repeatsIn(this.curation, prompt)
    const { onRepeats, ...options } = this.selecting
    await selectAll(this.curation, this.engine, { ...options, isSettled })
  }

  /** Under a limit, other prompts take the places of those that are refused. */
  private async sampleAll(): Promise<void> {
    const { signal, limit } = this.options
    for (let left = limit ?? Infinity; left > 0;) {
      const refusedBefore = this.faults.refused
      const plan = new GenerationPlan(this.curation, {
        ...this.options,
        limit: left,
        isLeftOut: (promptId, generator) => this.isLeftOut(promptId, generator),
      })
      this.progress.total = this.progress.generated + plan.total
      await forEachConcurrently(plan.lanes(), signal, async (segments, either) => {
        for (const segment of segments) await this.sampleSegment(segment, either)
      })
      left = limit === undefined ? 0 : this.faults.refused - refusedBefore
    }
    await this.faults.settle()
  }

  private isLeftOut(promptId: string, generator: number): boolean {
    if (this.faults.isRefused(promptId, generator)) return true
    const { retriesLeftOut = false } = this.options
    return !retriesLeftOut && this.curation.round.leftOut(promptId, generator) !== undefined
  }

  private leftOut(): GenerateResult['leftOut'] {
    const { prompts } = this.curation
    return leftOutPrompts(this.curation).map((view) => ({
      ...view,
      isNew: this.faults.isRefused(prompts[view.position]?.id ?? ''),
    }))
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
    await this.faults.watch(assignment, source, (onCandidate) =>
      sampleAssignment(curation, engine, assignment, {
        source,
        progress,
        onNotice: this.onNotice,
        onCandidate,
        signal,
      }),
    )
    const left = (this.unfinished.get(prompt.id) ?? 1) - 1
    this.unfinished.set(prompt.id, left)
    if (left > 0) return
    this.unfinished.delete(prompt.id)
    if (!this.options.select) return
    const { onRepeats, ...options } = this.selecting
    if (curation.round.isJustInTime) {
      await embedForLearning(curation, engine, prompt, { ...options, signal })
      await selectAhead(curation, engine, { ...options, signal, shown: null })
    } else await selectPrompt(curation, engine, prompt, { ...options, signal }, onRepeats)
  }

  private get selecting(): SelectOptions & Required<Pick<SelectOptions, 'onRepeats'>> {
    const { onNotice, ...options } = this.options
    const onRepeats = ({ id }: Prompt, repeats: string): void => void this.repeats.set(id, repeats)
    return { ...options, onRepeats, ...(onNotice ? { onNotice } : {}) }
  }
}
