// What to sample: which candidates of which prompts are missing, from which generator, and in what
// order.
import type { GeneratorShare } from '../../core/formats/modelSettings'
import { candidateSeed } from '../../core/sampling/seeds'
import type { Prompt } from '../../shared/domain'
import type { SampleParams } from '../../shared/engineProtocol'
import type { Curation } from '../curation'

/**
 * The prompts of the round whose place is `index` modulo `count`: several machines can share the
 * work.
 */
export interface Shard {
  /** From 0. */
  index: number
  count: number
}

export interface PlanOptions {
  /** At most this many prompts. */
  limit: number
  shard?: Shard
  /** Whether a generator, by its number, is not to sample a prompt. */
  isLeftOut: (promptId: string, generator: number) => boolean
  /** A person waits for the first selection. */
  select: boolean
}

/** The candidates of one prompt that one generator samples. */
export interface Assignment {
  prompt: Prompt
  /** Its number. */
  generator: number
  candidates: SampleParams['candidates']
  /**
   * Assignments of the prompt with all generators. Its pool is as full as it gets when all of them
   * are done.
   */
  ofPrompt: number
}

/** Assignments that follow each other for one generator, and may run together. */
export interface Segment {
  generator: GeneratorShare
  assignments: Iterable<Assignment>
}

/** The indices that the pool of a prompt lacks, by the number of their generator. */
interface Gap {
  prompt: Prompt
  missing: ReadonlyMap<number, readonly number[]>
}

/**
 * Prompts in the largest block. The first block holds one prompt where a person waits for its
 * selection; each later block holds twice as many, so that models are loaded less and less often.
 */
const LARGEST_BLOCK = 64

export class GenerationPlan {
  /** Candidates to sample. */
  readonly total: number
  private readonly gaps: readonly Gap[]
  private readonly generators: readonly GeneratorShare[]

  constructor(
    private readonly curation: Curation,
    private readonly options: PlanOptions,
  ) {
    const { round } = curation
    const { limit, shard, isLeftOut } = options
    this.generators = round.generators
    const gaps: Gap[] = []
    let total = 0
    for (const [place, prompt] of round.prompts.entries()) {
      if (gaps.length >= limit) break
      if (shard && place % shard.count !== shard.index) continue
      const missing = round.missingByGenerator(prompt.id)
      for (const generator of [...missing.keys()])
        if (isLeftOut(prompt.id, generator)) missing.delete(generator)
      if (missing.size === 0) continue
      for (const indices of missing.values()) total += indices.length
      gaps.push({ prompt, missing })
    }
    this.gaps = gaps
    this.total = total
  }

  /**
   * Lanes run at the same time, the segments of a lane one after another. Each server has a lane of
   * its own. All local models share one lane, since memory holds one of them at a time. They take
   * turns over blocks of prompts: turns of one prompt would load a model for each prompt, and turns
   * of all prompts would leave every pool unfinished until the end.
   */
  lanes(): Segment[][] {
    const numbered = this.generators.map((generator, number) => ({ generator, number }))
    const servers = numbered.filter(({ generator }) => generator.server !== undefined)
    const local = numbered.filter(({ generator }) => generator.server === undefined)
    const segments = (ones: typeof numbered, gaps: readonly Gap[]): Segment[] =>
      ones
        .filter(({ number }) => gaps.some(({ missing }) => missing.has(number)))
        .map(({ generator, number }) => ({
          generator,
          assignments: this.assignments(number, gaps),
        }))
    const blocks =
      local.length > 1 ? blocksOf(this.gaps, this.options.select ? 1 : LARGEST_BLOCK) : [this.gaps]
    return [
      blocks.flatMap((block) => segments(local, block)),
      ...servers.map((one) => segments([one], this.gaps)),
    ].filter((lane) => lane.length > 0)
  }

  private *assignments(generator: number, gaps: readonly Gap[]): Generator<Assignment, undefined> {
    const { settings, round } = this.curation
    for (const { prompt, missing } of gaps) {
      const candidates = missing.get(generator)?.map((index) => ({
        index,
        seed: candidateSeed(settings.sampling.seed, prompt.id, round.number, index),
      }))
      if (candidates) yield { prompt, generator, candidates, ofPrompt: missing.size }
    }
  }
}

function blocksOf<T>(items: readonly T[], first: number): T[][] {
  const blocks: T[][] = []
  for (
    let start = 0, size = first;
    start < items.length;
    start += size, size = Math.min(LARGEST_BLOCK, 2 * size)
  )
    blocks.push(items.slice(start, start + size))
  return blocks
}
