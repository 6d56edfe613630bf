// The comparisons of a curation with what annotators say of them, as the journals were read last.
import { type Statement, withEdits } from '../../core/annotation/edits'
import {
  lastOfEach,
  type PreferencePair,
  pairKey,
  preferencePairs,
} from '../../core/annotation/pairs'
import type { Candidate, Preference, Prompt, Selection } from '../../shared/domain'
import type { CurationStore } from '../../store/curationStore'
import type { Round } from '../round'

/** Annotators that were named. */
export interface NamedAnnotators {
  names: readonly string[]
  /** What they say of a selection, without those that say nothing. */
  statements: (
    selection: Pick<Selection, 'id'>,
    candidates: readonly Candidate[],
  ) => readonly Statement[]
}

interface ComparedResponses {
  prompt: Prompt
  round: number
  /** In the order of the selection; after them those that annotators rewrote, where these count. */
  candidates: readonly Candidate[]
}

interface StatedComparison extends ComparedResponses {
  /** What stands of each annotator. */
  statements: readonly Statement[]
}

/** An annotated comparison, as the rows of data sets are made from it. */
export interface AnnotatedComparison extends ComparedResponses {
  /** The standing preference of each annotator. */
  preferences: readonly Preference[]
}

/** A preference of one response of a comparison over another. */
export interface PreferredPair extends PreferencePair<Candidate>, AnnotatedComparison {}

/** A selection whose texts are not read yet. */
interface Selected {
  prompt: Prompt
  selection: Selection
}

/** Where the comparisons come from. */
interface ComparisonsSource {
  prompts: readonly Prompt[]
  prompt: (id: string) => Prompt | undefined
  rounds: readonly Round[]
  store: CurationStore
}

export class Comparisons {
  constructor(private readonly source: ComparisonsSource) {}

  /**
   * The comparisons that any annotator annotated, in prompt order, as they were shown.
   * @param rounds by default all.
   * @param annotators by default everyone but the judges.
   */
  shown(rounds?: readonly number[], annotators?: NamedAnnotators): AnnotatedComparison[] {
    return this.source.prompts.flatMap(({ id }) =>
      this.stated(id, rounds, annotators).map(({ statements, ...comparison }) => ({
        ...comparison,
        preferences: statements.map(({ preference }) => preference),
      })),
    )
  }

  /** As {@link shown}, with the responses that annotators rewrote: what rows are made from. */
  labelled(rounds?: readonly number[], annotators?: NamedAnnotators): AnnotatedComparison[] {
    return this.source.prompts.flatMap(({ id }) => this.labelledUnder(id, rounds, annotators))
  }

  /** As {@link labelled}, of one prompt. */
  labelledUnder(
    promptId: string,
    rounds?: readonly number[],
    annotators?: NamedAnnotators,
  ): AnnotatedComparison[] {
    return this.stated(promptId, rounds, annotators).map(
      ({ candidates, statements, ...comparison }) => ({
        ...comparison,
        ...withEdits(candidates, statements),
      }),
    )
  }

  /**
   * From the annotations of all annotators, in prompt order. The same two texts give one pair, that
   * of the last of the rounds that compared them.
   * @param rounds by default all.
   * @param annotators by default everyone but the judges.
   */
  pairs(rounds?: readonly number[], annotators?: NamedAnnotators): PreferredPair[] {
    return this.source.prompts.flatMap(({ id }) => {
      const pairs = this.labelledUnder(id, rounds, annotators).flatMap((comparison) =>
        preferencePairs(comparison.candidates, comparison.preferences).map((pair) => ({
          ...comparison,
          ...pair,
        })),
      )
      return lastOfEach(pairs, pairKey)
    })
  }

  /**
   * The comparisons that nobody has annotated, in prompt order.
   * @param rounds by default all.
   */
  unlabelled(rounds?: readonly number[]): ComparedResponses[] {
    const { annotations } = this.source.store
    return this.source.prompts
      .flatMap(({ id }) => this.selected(id, rounds))
      .filter(({ selection }) => !annotations.isAnnotated(selection.id))
      .map((selected) => this.read(selected))
  }

  private stated(
    promptId: string,
    rounds: readonly number[] | undefined,
    annotators: NamedAnnotators = this.everyone,
  ): StatedComparison[] {
    const { annotations } = this.source.store
    return this.selected(promptId, rounds)
      .filter(
        ({ selection }) => annotators !== this.everyone || annotations.isAnnotated(selection.id),
      )
      .map((selected) => {
        const comparison = this.read(selected)
        const statements = annotators.statements(selected.selection, comparison.candidates)
        return { ...comparison, statements }
      })
      .filter(({ statements }) => statements.length > 0)
  }

  private selected(promptId: string, rounds: readonly number[] | undefined): Selected[] {
    const prompt = this.source.prompt(promptId)
    if (!prompt) return []
    return this.source.rounds
      .filter(({ number }) => rounds?.includes(number) ?? true)
      .flatMap((round) => round.comparable(promptId))
      .map((selection) => ({ prompt, selection }))
  }

  private read({ prompt, selection: { round, candidateIds } }: Selected): ComparedResponses {
    const { candidates } = this.source.store
    return {
      prompt,
      round,
      candidates: candidateIds.flatMap((id) => candidates.candidate(id) ?? []),
    }
  }

  /** All annotators but the judges. */
  private readonly everyone: NamedAnnotators = {
    names: [],
    statements: ({ id }) => {
      const { annotations } = this.source.store
      return annotations.annotators.flatMap((name) => annotations.standing(name).get(id) ?? [])
    },
  }
}
