// Samples what is missing of each pool, in prompt order, several prompts in flight so that the engine's batch stays full.
import { ProgressEstimate } from '../core/progress'
import { candidateId, generationId } from '../core/formats/ids'
import { candidateSeed } from '../core/sampling/seeds'
import type { Candidate, Prompt } from '../shared/domain'
import type { Activity } from '../shared/editorProtocol'
import type { LoadedModel, SampleParams, SampledCandidate } from '../shared/engineProtocol'
import { type Failure, toFailure } from '../shared/errors'
import type { Curation } from './curation'
import { type Engine, modelName, resolveModel } from './engine'
import { forEachConcurrently } from './concurrency'
import { selectAll, selectPrompt } from './select'

/** Candidates asked for at once: enough to fill the engine's largest batch while finished prompts are replaced. */
const CANDIDATES_IN_FLIGHT = 256

export interface GenerateOptions {
  signal: AbortSignal
  onActivity: (activity: Activity) => void
  onModel?: (model: LoadedModel) => void
  /** At most so many prompts. */
  limit?: number
  /** Select from each pool as soon as it is full, so that annotation can start. */
  select: boolean
}

export interface GenerateResult {
  /** Candidates written now. */
  generated: number
  /** Prompts that could not be sampled (too long for the model); the others are not held up by them. */
  skipped: { promptId: string; failure: Failure }[]
}

interface Job {
  prompt: Prompt
  candidates: SampleParams['candidates']
}

/** Resumes where the journal ends: only candidates that are not there are sampled. */
export async function generate(curation: Curation, engine: Engine, options: GenerateOptions): Promise<GenerateResult> {
  const release = await curation.store.lockForGeneration()
  try {
    await curation.refresh()
    return await new Generation(curation, engine, options).run()
  } finally {
    await release()
  }
}

class Generation {
  private readonly estimate = new ProgressEstimate()
  private readonly result: GenerateResult = { generated: 0, skipped: [] }
  private readonly started = process.hrtime.bigint()
  private readonly jobs: Job[]
  private readonly total: number
  private tokensPerSecond: number | null = null
  private model: LoadedModel | null = null

  constructor(
    private readonly curation: Curation,
    private readonly engine: Engine,
    private readonly options: GenerateOptions,
  ) {
    this.jobs = this.missing()
    this.total = this.jobs.reduce((sum, { candidates }) => sum + candidates.length, 0)
  }

  async run(): Promise<GenerateResult> {
    if (this.jobs.length === 0 && !this.options.select) return this.result
    this.report('Loading the model')
    const { generator } = this.curation.settings
    const request = { model: resolveModel(generator.model, this.curation.paths.base), device: generator.device }
    this.model = await this.engine.request('load', { ...request, role: 'generator' }, {
      signal: this.options.signal,
      onProgress: (progress) => this.report(progress.kind === 'download' ? `Downloading ${progress.file}${downloaded(progress)}` : 'Loading the model'),
    })
    this.options.onModel?.(this.model)
    const full = Math.max(1, Math.ceil(CANDIDATES_IN_FLIGHT / this.curation.settings.sampling.n))
    // Where a person waits for the first selection its pool is sampled alone; the batch grows with each pool that is full.
    const width = (finished: number): number => (this.options.select ? Math.min(full, 1 + finished) : full)
    await forEachConcurrently(this.jobs, width, this.options.signal, (job, signal) => this.samplePrompt(job, request, signal))
    // The guard knows texts repeated under several prompts only once all pools are full: a second look makes the
    // selections independent of the order in which prompts came.
    if (this.options.select) await selectAll(this.curation, this.engine, this.options)
    return this.result
  }

  private missing(): Job[] {
    const { prompts, settings, store, round } = this.curation
    const { n, seed } = settings.sampling
    const jobs: Job[] = []
    for (const prompt of prompts) {
      if (jobs.length === (this.options.limit ?? Infinity)) break
      const candidates = []
      for (let index = 0; index < n; index++) {
        if (!store.candidate(candidateId(prompt.id, round, index))) candidates.push({ index, seed: candidateSeed(seed, prompt.id, round, index) })
      }
      const unselected = this.options.select && store.selectionOf(prompt.id, round) === undefined
      if (candidates.length > 0 || unselected) jobs.push({ prompt, candidates })
    }
    return jobs
  }

  private async samplePrompt(job: Job, generator: SampleParams['generator'], signal: AbortSignal): Promise<void> {
    try {
      if (job.candidates.length > 0) await this.sampleCandidates(job, generator, signal)
    } catch (thrown) {
      const failure = toFailure(thrown)
      if (failure.code !== 'context-overflow') throw thrown
      this.result.skipped.push({ promptId: job.prompt.id, failure: { ...failure, where: this.curation.paths.prompts } })
      return
    }
    if (this.options.select) await selectPrompt(this.curation, this.engine, job.prompt, signal)
  }

  /** Rejects with what stopped the sampling, or with why a candidate could not be written; those that could are on disk. */
  private async sampleCandidates({ prompt, candidates }: Job, generator: SampleParams['generator'], signal: AbortSignal): Promise<void> {
    const { n, seed, ...sampling } = this.curation.settings.sampling
    const unwritable = new AbortController()
    const writes: Promise<void>[] = []
    const sampled = this.engine.request('sample', { generator, messages: prompt.messages, candidates, sampling }, {
      signal: AbortSignal.any([signal, unwritable.signal]),
      onProgress: (progress) => {
        if (progress.kind === 'rate') this.tokensPerSecond = progress.tokensPerSecond
        if (progress.kind !== 'candidate') return
        const written = this.write(prompt, progress.candidate)
        written.catch(() => unwritable.abort())
        writes.push(written)
      },
    })
    const [outcome] = await Promise.allSettled([sampled])
    await Promise.all(writes)
    if (outcome.status === 'rejected') throw outcome.reason
  }

  private async write(prompt: Prompt, sampled: SampledCandidate): Promise<void> {
    const { round, settings, store } = this.curation
    const { n, ...sampling } = settings.sampling
    const generation = { kind: 'generation', model: settings.generator.model, device: this.model?.device ?? 'cpu', sampling } as const
    const id = generationId(generation)
    const { index, ...rest } = sampled
    const candidate: Candidate = { id: candidateId(prompt.id, round, index), promptId: prompt.id, round, ...rest, generationId: id }
    await store.appendCandidates({ ...generation, id }, [candidate])
    this.result.generated++
    this.curation.changed('candidates')
    this.report(`Sampling from ${modelName(settings.generator.model)}`)
  }

  private report(sentence: string): void {
    const done = this.result.generated
    this.estimate.add(Number(process.hrtime.bigint() - this.started) / 1e9, done)
    this.options.onActivity({ kind: 'generate', sentence, done, total: this.total, tokensPerSecond: this.tokensPerSecond, secondsLeft: this.estimate.secondsLeft(this.total) })
  }
}

function downloaded({ bytes, totalBytes }: { bytes: number; totalBytes: number | null }): string {
  const mega = (value: number): string => (value / 1e6).toFixed(0)
  return totalBytes === null ? ` (${mega(bytes)} MB)` : ` (${mega(bytes)} of ${mega(totalBytes)} MB)`
}
