// What may be read of a curation's journals: in memory or on demand, synchronous, never written.
import type { GenerationRecord } from '../core/formats/records'
import type { Annotation, Candidate, LeftOutPrompt, LeftOutText, Selection } from '../shared/domain'
import type { JudgeRecord } from '../shared/judging'

/** What is known of a candidate without its text. */
export type CandidateEntry = Pick<Candidate, 'id' | 'index' | 'generationId'>

export interface Candidates {
  /** Candidates in all pools. */
  readonly size: number
  has(id: string): boolean
  /** @throws FailureError `busy` when another program changed the journal since it was read. */
  candidate(id: string): Candidate | undefined
  poolSize(promptId: string, round: number): number
  /** The prompts that have candidates, in the order of their first ones. */
  promptIds(): string[]
  /** How many candidates of a pool were cut off at the token limit. */
  cutOff(promptId: string, round: number): number
  /**
   * A pool in the order of the candidates' indices. The array does not change later.
   * @throws FailureError `busy` when another program changed the journal since it was read.
   */
  pool(promptId: string, round: number): readonly Candidate[]
  /** The same without the texts, in the same order. */
  entries(promptId: string, round: number): readonly CandidateEntry[]
  /** The trimmed texts of a pool that were seen under at least `minPrompts` (2 or more) prompts. */
  repeatedTexts(promptId: string, round: number, minPrompts: number): string[]
  /** The settings that candidates with this `generationId` came from. */
  generation(id: string): GenerationRecord | undefined
  /** The settings of all candidates, also of some that were set aside. */
  allGenerations(): Iterable<GenerationRecord>
  /** Whether a selection's candidates have the texts that it was made from. */
  isOf(selection: Pick<Selection, 'candidateIds' | 'textHashes'>): boolean
}

export interface Selections {
  /** Every selection in the journal, also those that later ones replaced. */
  all(): Iterable<Selection>
  /** Undefined also for a selection whose candidates have other texts now. */
  selection(id: string): Selection | undefined
  /** @throws FailureError `not-found` where {@link selection} is undefined. */
  required(id: string): Selection
  /**
   * The selections of a pool that are shown, in the order of their places: the first selection has
   * place 0, a selection after n others has place n. Of several for one place counts the latest
   * with a standing annotation of any annotator, else the latest that comes after those that count.
   * A selection whose candidates have other texts now does not count, and neither do its
   * annotations: they were about the earlier texts.
   */
  counting(promptId: string, round: number): readonly Selection[]
}

export interface Annotations {
  /** Everyone whose journal holds a record, sorted. */
  readonly annotators: string[]
  /** Standing annotations by selection id; empty for an unknown annotator. */
  standing(annotator: string): ReadonlyMap<string, Annotation>
  /** Ids of the prompts that the annotator flagged. */
  flagged(annotator: string): ReadonlySet<string>
  /** The annotator's last annotation that is not undone, of those that `counts`. */
  last(annotator: string, counts: (annotation: Annotation) => boolean): Annotation | undefined
  /** Every annotation of everyone, undone and replaced ones included. */
  all(): Iterable<Annotation>
  /** How often the annotator labelled the selection, without what was undone. */
  timesGiven(annotator: string, selectionId: string): number
  /** Whether any annotator's annotation of this selection stands. */
  isAnnotated(selectionId: string): boolean
}

/** What was left out, the latest record of each. */
export interface LeftOuts {
  /** In the order in which they were first left out. */
  prompts(round: number): readonly LeftOutPrompt[]
  prompt(
    wanted: Pick<LeftOutPrompt, 'promptId' | 'round' | 'generatorKey'>,
  ): LeftOutPrompt | undefined
  /** It counts while the candidate has the text that the record names. */
  text(wanted: Pick<LeftOutText, 'candidateId' | 'embedder'>): LeftOutText | undefined
}

export interface Judges {
  /** Everyone whose journal holds a record, sorted. */
  readonly names: string[]
  /** In journal order; empty for an unknown judge. */
  records(judge: string): readonly JudgeRecord[]
}
