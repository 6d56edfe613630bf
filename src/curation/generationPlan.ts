// What is to be sampled: which candidates of which prompts are missing, from which generator, and in what order.
import { candidateIndex } from '../core/formats/ids'
import { generatorsOf, type GeneratorShare } from '../core/formats/modelSettings'
import { candidateSeed } from '../core/sampling/seeds'
import { assignShares } from '../core/sampling/shares'
import type { Prompt } from '../shared/domain'
import type { SampleParams } from '../shared/engineProtocol'
import type { Curation } from './curation'

/** A part of the prompts, so that several machines can share the work: those whose place is `index` modulo `count`. */
export interface Shard {
  /** From 0. */
  index: number
  count: number
}

export interface PlanOptions {
  /** At most so many prompts. */
  limit?: number
  shard?: Shard
  /** Prompts whose pools are full but without a selection belong to the plan too. */
  select: boolean
}

/** What one generator is to sample of one prompt; nothing where only the selection is missing. */
export interface Job {
  prompt: Prompt
  candidates: SampleParams['candidates']
}

/** Jobs that follow each other for one generator, and may run together. */
export interface Segment {
  generator: GeneratorShare
  jobs: Iterable<Job>
}

/** The first block holds one prompt, so that its selection comes soon; each later one twice as many, to load models ever less often. */
const LARGEST_BLOCK = 64

export class GenerationPlan {
  /** Candidates to sample. */
  readonly total: number
  private readonly prompts: readonly Prompt[]
  /** Prompts whose pools are full. */
  private readonly full = new Set<string>()
  private readonly generators: readonly GeneratorShare[]
  /** The generator of each candidate, by index. */
  private readonly assignment: readonly number[]

  constructor(private readonly curation: Curation, private readonly options: PlanOptions) {
    const { settings, store, round } = curation
    this.generators = generatorsOf(settings)
    this.assignment = assignShares(this.generators.map(({ share }) => share), settings.sampling.n)
    const { limit = Infinity, shard, select } = options
    const prompts: Prompt[] = []
    let total = 0
    for (const [place, prompt] of curation.prompts.entries()) {
      if (prompts.length >= limit) break
      if (shard && place % shard.count !== shard.index) continue
      const missing = this.missing(prompt).length
      if (missing === 0 && !(select && store.selectionOf(prompt.id, round) === undefined)) continue
      if (missing === 0) this.full.add(prompt.id)
      total += missing
      prompts.push(prompt)
    }
    this.prompts = prompts
    this.total = total
  }

  get isEmpty(): boolean {
    return this.prompts.length === 0
  }

  /** Jobs that a prompt takes part in; its pool is as full as it gets when all of them are done. */
  jobCount(prompt: Prompt): number {
    return Math.max(1, new Set(this.missing(prompt).map((index) => this.assignment[index])).size)
  }

  /**
   * Lanes run side by side, the segments of a lane one after the other. Each server has a lane of its own. All local models share
   * one, for memory holds one of them at a time: they take turns over blocks of prompts, since to take turns prompt by prompt would
   * load a model for each, and to run one over all prompts before the next would leave every pool unfinished until the end.
   */
  lanes(): Segment[][] {
    const numbered = this.generators.map((generator, number) => ({ generator, number }))
    const servers = numbered.filter(({ generator }) => generator.server !== undefined)
    const local = numbered.filter(({ generator }) => generator.server === undefined)
    const segment = ({ generator, number }: (typeof numbered)[number], prompts: readonly Prompt[]): Segment => ({ generator, jobs: this.jobs(number, prompts) })
    const blocks = local.length > 1 ? blocksOf(this.prompts, this.options.select ? 1 : LARGEST_BLOCK) : [this.prompts]
    const turns = blocks.flatMap((block) => local.filter(({ number }) => this.isWanted(number, block)).map((one) => segment(one, block)))
    return [turns, ...servers.filter(({ number }) => this.isWanted(number, this.prompts)).map((one) => [segment(one, this.prompts)])].filter((lane) => lane.length > 0)
  }

  private isWanted(generator: number, prompts: readonly Prompt[]): boolean {
    return !this.jobs(generator, prompts).next().done
  }

  private *jobs(generator: number, prompts: readonly Prompt[]): Generator<Job, undefined> {
    const { settings, round } = this.curation
    for (const prompt of prompts) {
      const missing = this.missing(prompt)
      const candidates = missing.filter((index) => this.assignment[index] === generator).map((index) => ({ index, seed: candidateSeed(settings.sampling.seed, prompt.id, round, index) }))
      if (candidates.length > 0 || (generator === 0 && this.full.has(prompt.id))) yield { prompt, candidates }
    }
  }

  private missing({ id }: Prompt): number[] {
    const { store, round, settings } = this.curation
    const present = new Set(store.candidatesOf(id, round).map((candidate) => candidateIndex(candidate.id)))
    const missing: number[] = []
    for (let index = 0; index < settings.sampling.n; index++) if (!present.has(index)) missing.push(index)
    return missing
  }
}

function blocksOf(prompts: readonly Prompt[], first: number): Prompt[][] {
  const blocks: Prompt[][] = []
  for (let start = 0, size = first; start < prompts.length; start += size, size = Math.min(LARGEST_BLOCK, 2 * size)) blocks.push(prompts.slice(start, start + size))
  return blocks
}
