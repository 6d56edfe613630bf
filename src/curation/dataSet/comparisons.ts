// The comparisons under a prompt, and what annotators say of them.
import { type Statement, withEdits } from '../../core/annotation/edits'
import type { Candidate, Preference, Prompt } from '../../shared/domain'
import type { CurationStore } from '../../store/curationStore'
import type { Round } from '../round'
import type { Voices } from './voices'

/** What comparisons are read from. */
interface ComparisonsOf {
  prompt: (id: string) => Prompt | undefined
  rounds: readonly Round[]
  store: CurationStore
}

/** Whose comparisons count. */
interface ComparisonsWanted {
  /** By default all. */
  rounds?: readonly number[] | undefined
  /** By default everyone but the judges. */
  voices?: Voices | undefined
}

export interface ComparedResponses {
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

/** Those of which an annotator says something, with the responses that annotators rewrote. */
export const labelledUnder = (
  curation: ComparisonsOf,
  promptId: string,
  wanted: ComparisonsWanted,
): AnnotatedComparison[] =>
  statedUnder(curation, promptId, wanted).map(({ candidates, statements, ...comparison }) => ({
    ...comparison,
    ...withEdits(candidates, statements),
  }))

/** Those of which an annotator says something, as they were shown. */
export function statedUnder(
  curation: ComparisonsOf,
  promptId: string,
  { rounds, voices }: ComparisonsWanted,
): StatedComparison[] {
  const { annotations } = curation.store
  const { statements } = voices ?? everyone(curation)
  const isMeant = (id: string): boolean => voices !== undefined || annotations.isAnnotated(id)
  return comparedUnder(curation, promptId, rounds, isMeant)
    .map(({ id, ...comparison }) => ({
      ...comparison,
      statements: statements({ id }, comparison.candidates),
    }))
    .filter((comparison) => comparison.statements.length > 0)
}

/** Those that nobody has annotated. */
export const unlabelledUnder = (
  curation: ComparisonsOf,
  promptId: string,
  rounds: readonly number[] | undefined,
): ComparedResponses[] =>
  comparedUnder(curation, promptId, rounds, (id) => !curation.store.annotations.isAnnotated(id))

/** @param isMeant takes the id of a selection. */
function comparedUnder(
  { store, rounds, prompt: find }: ComparisonsOf,
  promptId: string,
  wanted: readonly number[] | undefined,
  isMeant: (selectionId: string) => boolean,
): (ComparedResponses & { id: string })[] {
  const prompt = find(promptId)
  if (!prompt) return []
  return rounds
    .filter(({ number }) => wanted?.includes(number) ?? true)
    .flatMap((round) => round.comparable(promptId))
    .filter(({ id }) => isMeant(id))
    .map(({ id, candidateIds, round }) => ({
      id,
      prompt,
      round,
      candidates: candidateIds.flatMap((each) => store.candidates.candidate(each) ?? []),
    }))
}

/** All annotators but the judges. */
const everyone = ({ store: { annotations } }: ComparisonsOf): Pick<Voices, 'statements'> => ({
  statements: ({ id }) =>
    annotations.annotators.flatMap((name) => annotations.standing(name).get(id) ?? []),
})
