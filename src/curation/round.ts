// One round of a curation: its generators, prompts, pools and selections.
import type { CurationFile } from '../core/formats/curationFile'
import { generatorKey } from '../core/formats/ids'
import { generatorsOf, type GeneratorShare } from '../core/formats/modelSettings'
import { isLabelMethod } from '../core/selection/rules'
import { promptsOfRound, type RoundSettings } from '../core/rounds'
import { assignShares } from '../core/sampling/shares'
import type { AnotherReason, Candidate, LeftOutPrompt, Prompt, Selection } from '../shared/domain'
import type { CurationStore } from '../store/curationStore'
import type { CandidateEntry } from '../store/indexes'
import { anotherReasons } from './selection/anotherReasons'
import { PerPrompt } from './perPrompt'

/** What a round needs of its curation. */
export interface RoundOf {
  prompts: readonly Prompt[]
  store: CurationStore
}

/** The candidates that a pool lacks because a generator does not take its prompt. */
export interface LeftOutGap {
  promptId: string
  record: LeftOutPrompt
  missing: number
}

export class Round {
  /** From 1. */
  readonly number: number
  /** Those of the curation file, with the generator of this round. */
  readonly settings: CurationFile
  /** The id of the training run whose model it samples from; null where there is none. */
  readonly run: string | null
  /** The prompts that it samples for, in file order. */
  readonly prompts: readonly Prompt[]
  readonly generators: readonly GeneratorShare[]
  /** One key per generator, in their order. */
  readonly generatorKeys: readonly string[]
  /** Fewest candidates that can be compared. */
  readonly fewest: number
  /** Pools that turned out to have too few candidates for another selection; see `due.ts`. */
  readonly exhausted = new Set<string>()
  /** Whether selections rest on the labels so far: each is made when labelling gets to it. */
  readonly isJustInTime: boolean
  private readonly comparables: PerPrompt<Selection>
  private readonly sizes: PerPrompt<number>
  private readonly cutOffs: PerPrompt<number, 'all'>
  private readonly completions: PerPrompt<boolean>
  private readonly awaiting: PerPrompt<boolean, 'all'>
  private readonly reasons: PerPrompt<AnotherReason, AnotherReason>
  /** The number of the generator of each index. */
  private readonly assignment: readonly number[]

  constructor(
    { number, settings, run }: RoundSettings,
    private readonly curation: RoundOf,
  ) {
    const { store } = curation
    const prompts = promptsOfRound(curation.prompts, number, settings.promptParts ?? 1)
    this.number = number
    this.settings = settings
    this.run = run
    this.prompts = prompts
    this.fewest = Math.min(2, settings.selection.k)
    this.isJustInTime = isLabelMethod(settings.selection.method)
    this.generators = generatorsOf(settings)
    this.generatorKeys = this.generators.map((one) => generatorKey(one, settings.sampling))
    this.assignment = assignShares(
      this.generators.map(({ share }) => share),
      settings.sampling.n,
    )
    this.comparables = new PerPrompt(prompts, store, ['selections', 'annotations'], (id) =>
      this.counting(id).filter(({ candidateIds }) => candidateIds.length >= this.fewest),
    )
    this.reasons = new PerPrompt(
      prompts,
      store,
      ['candidates', 'selections', 'annotations'],
      (id) => anotherReasons(this, store, id),
      { more: countOf('more'), allBad: countOf('allBad') },
    )
    this.sizes = new PerPrompt(prompts, store, ['candidates'], (id) => [this.poolSize(id)])
    this.cutOffs = new PerPrompt(
      prompts,
      store,
      ['candidates'],
      (id) => [store.candidates.cutOff(id, number)],
      { all: ([count = 0]) => count },
    )
    this.completions = new PerPrompt(prompts, store, ['candidates', 'leftOut'], (id) => [
      this.lacksNothing(id),
    ])
    this.awaiting = new PerPrompt(
      prompts,
      store,
      ['candidates', 'selections', 'leftOut'],
      (id) => [this.isComplete(id) && this.counting(id).length === 0],
      { all: ([isAwaited = false]) => Number(isAwaited) },
    )
  }

  poolSize(promptId: string): number {
    return this.curation.store.candidates.poolSize(promptId, this.number)
  }

  /** The size of each pool, in prompt order. */
  poolSizes(): readonly number[] {
    return this.sizes.all()
  }

  /** How many candidates were cut off at the token limit. */
  cutOff(): number {
    return this.cutOffs.sums().all
  }

  /**
   * Whether a pool has all candidates that it is to have, or imported ones alone. A pool without
   * candidates has not.
   */
  isComplete(promptId: string): boolean {
    return this.completions.of(promptId)[0] ?? false
  }

  /** Whether a pool is complete and nothing was selected from it. */
  isAwaiting(promptId: string): boolean {
    return this.awaiting.of(promptId)[0] ?? false
  }

  /** How many pools are. */
  countAwaiting(): number {
    return this.awaiting.sums().all
  }

  /** In the order of the candidates' indices. */
  pool(promptId: string): readonly Candidate[] {
    return this.curation.store.candidates.pool(promptId, this.number)
  }

  /** The pool without its texts. */
  entries(promptId: string): readonly CandidateEntry[] {
    return this.curation.store.candidates.entries(promptId, this.number)
  }

  /** The indices that a pool lacks, in ascending order. */
  missing(promptId: string): number[] {
    const present = new Set(this.entries(promptId).map(({ index }) => index))
    const missing: number[] = []
    for (let index = 0; index < this.settings.sampling.n; index++)
      if (!present.has(index)) missing.push(index)
    return missing
  }

  /** The same by the number of their generator. */
  missingByGenerator(promptId: string): Map<number, number[]> {
    const groups = new Map<number, number[]>()
    for (const index of this.missing(promptId)) {
      const generator = this.assignment[index] ?? 0
      const group = groups.get(generator)
      if (group) group.push(index)
      else groups.set(generator, [index])
    }
    return groups
  }

  private lacksNothing(promptId: string): boolean {
    const entries = this.entries(promptId)
    if (entries.length === 0) return false
    const missing = [...this.missingByGenerator(promptId).keys()]
    if (missing.every((generator) => this.leftOut(promptId, generator))) return true
    const { candidates } = this.curation.store
    return entries.every(
      ({ generationId }) => candidates.generation(generationId)?.sampling === null,
    )
  }

  /** Why a generator left the prompt out; undefined where it did not. */
  leftOut(promptId: string, generator: number): LeftOutPrompt | undefined {
    const key = this.generatorKeys[generator] ?? ''
    return this.curation.store.leftOut.prompt({
      promptId,
      round: this.number,
      generatorKey: key,
    })
  }

  /**
   * The prompts that a generator of the curation left out, in prompt order, with the number of
   * candidates that they lack for it. Earlier generators and settings do not count.
   */
  gaps(): LeftOutGap[] {
    const left = this.curation.store.leftOut.prompts(this.number)
    const ids = new Set(left.map(({ promptId }) => promptId))
    if (ids.size === 0) return []
    return this.prompts.flatMap(({ id: promptId }) => {
      if (!ids.has(promptId)) return []
      const missing = [...this.missingByGenerator(promptId)]
      return missing.flatMap(([generator, indices]) => {
        const record = this.leftOut(promptId, generator)
        return record ? [{ promptId, record, missing: indices.length }] : []
      })
    })
  }

  /** The selections from a pool that count now, the first one first. */
  counting(promptId: string): readonly Selection[] {
    return this.curation.store.selections.counting(promptId, this.number)
  }

  /**
   * Whether a person, or any other annotator, has decided on a selection of the pool: the pool
   * stays as it is then.
   */
  isDecided(promptId: string): boolean {
    const { annotations } = this.curation.store
    return this.counting(promptId).some(({ id }) => annotations.isAnnotated(id))
  }

  /**
   * The place of a pool that follows the settings: of the first selection that nobody has decided
   * on. null where all are decided on.
   */
  undecided(promptId: string): { current: Selection | undefined } | null {
    const { annotations } = this.curation.store
    const counting = this.counting(promptId)
    const current = counting.find(({ id }) => !annotations.isAnnotated(id))
    return current || counting.length === 0 ? { current } : null
  }

  /**
   * The selections that can be compared, in prompt order: not those with nothing to compare, as
   * where the pool holds duplicates alone.
   */
  selections(): readonly Selection[] {
    return this.comparables.all()
  }

  /** Those of {@link selections} under a prompt. */
  comparable(promptId: string): readonly Selection[] {
    return this.comparables.of(promptId)
  }

  /** For which reasons another selection can be made from a pool. */
  anotherReasons(promptId: string): readonly AnotherReason[] {
    return this.reasons.of(promptId)
  }

  /** From how many pools another selection can be made, for each reason. */
  countAnother(): Readonly<Record<AnotherReason, number>> {
    return this.reasons.sums()
  }
}

const countOf =
  (wanted: AnotherReason) =>
  (reasons: readonly AnotherReason[]): number =>
    Number(reasons.includes(wanted))
