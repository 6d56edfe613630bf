// What is wrong with single prompts while candidates are sampled: each generator's refusals, and
// its responses without an answer.
import type { SampledCandidate } from '../../shared/engineProtocol'
import { toFailure } from '../../shared/errors'
import type { Curation } from '../curation'
import { BlankAnswers } from './blankAnswers'
import { leaveOutPrompts } from './leftOut'
import type { Assignment } from './plan'
import { Refusals } from './refusals'
import type { GenerationSource } from './source'

interface OfGenerator {
  refusals: Refusals
  blanks: BlankAnswers
}

export class Faults {
  /** By the number of the generator. */
  private readonly generators = new Map<number, OfGenerator>()
  /** What was refused in this run: the generators, by prompt id. */
  private readonly refusedBy = new Map<string, Set<number>>()

  constructor(
    private readonly curation: Curation,
    private readonly onNotice: (sentence: string) => void,
  ) {}

  /** How often a generator refused a prompt. */
  get refused(): number {
    return [...this.refusedBy.values()].reduce((total, { size }) => total + size, 0)
  }

  /** @param generator by default any. */
  isRefused(promptId: string, generator?: number): boolean {
    const by = this.refusedBy.get(promptId)
    return by !== undefined && (generator === undefined || by.has(generator))
  }

  /**
   * Samples an assignment, and records where its prompt is refused.
   * @param sample calls its argument with each candidate.
   * @throws what `sample` throws and is not about this prompt alone.
   */
  async watch(
    { prompt, generator }: Assignment,
    source: GenerationSource,
    sample: (onCandidate: (candidate: SampledCandidate) => void) => Promise<void>,
  ): Promise<void> {
    const { refusals, blanks } = this.of(generator, source)
    try {
      const sampled: SampledCandidate[] = []
      await sample((candidate) => {
        refusals.answered()
        sampled.push(candidate)
      })
      await refusals.flush()
      blanks.sampled(sampled)
    } catch (thrown) {
      const failure = toFailure(thrown)
      if (failure.code !== 'context-overflow' && failure.code !== 'prompt-refused') throw thrown
      this.refusedBy.set(prompt.id, (this.refusedBy.get(prompt.id) ?? new Set()).add(generator))
      // A model on this machine counts the prompt's tokens; a server may mean the tokens to sample.
      const isCertain = failure.code === 'context-overflow' && source.model.server === undefined
      await refusals.refused({ prompt, failure }, isCertain)
    }
  }

  /** At the end: what is still undecided. @throws FailureError where all prompts were refused. */
  async settle(): Promise<void> {
    for (const { refusals } of this.generators.values()) await refusals.settle()
    for (const { blanks } of this.generators.values()) blanks.settle()
  }

  private of(generator: number, { generation, model, name }: GenerationSource): OfGenerator {
    const known = this.generators.get(generator)
    if (known) return known
    const { curation } = this
    const where = model.server?.address ?? name
    const made = {
      refusals: new Refusals(
        () => hasCandidatesOf(curation, generation.id),
        (refusals) => leaveOutPrompts(curation, generator, refusals),
      ),
      blanks: new BlankAnswers(where, curation.settings.sampling, this.onNotice),
    }
    this.generators.set(generator, made)
    return made
  }
}

/** Whether the journal holds a candidate from these generation settings. */
function hasCandidatesOf({ round }: Curation, generationId: string): boolean {
  return round.prompts.some(({ id }) =>
    round.entries(id).some((candidate) => candidate.generationId === generationId),
  )
}
