// The pairs of an evaluation with the votes on them. Texts are not held: only their lengths.
import { type Vote, voteOf } from '../core/evaluation/votes'
import { judgedText } from '../curation/annotators/judge'
import type { Curation } from '../curation/curation'
import { PerPrompt } from '../curation/perPrompt'
import type { JudgedText } from '../shared/judging'
import { isEqual, type ModelPair, pairsOf } from './pairs'

export interface VotedPair {
  promptId: string
  /** Both responses are the same text. */
  isEqual: boolean
  /** Characters of each response. */
  length: { a: number; b: number }
  /** By annotator; judges are none. */
  votes: ReadonlyMap<string, Vote>
  /** What judges call the responses. */
  judged: { a: JudgedText; b: JudgedText }
}

/** By prompt, computed again where journals changed. */
export const votedPairs = (data: Curation): PerPrompt<VotedPair> =>
  new PerPrompt(data.prompts, data.store, ['candidates', 'selections', 'annotations'], (id) =>
    pairsOf(data, id).map((pair) => votedPair(data, pair)),
  )

function votedPair({ store: { annotations }, round }: Curation, pair: ModelPair): VotedPair {
  const { a, b } = pair
  const selection = round
    .counting(a.promptId)
    .find(({ candidateIds }) => candidateIds.includes(a.id))
  const votes = new Map<string, Vote>()
  for (const annotator of selection ? annotations.annotators : []) {
    const annotation = annotations.standing(annotator).get(selection?.id ?? '')
    if (annotation) votes.set(annotator, voteOf(annotation.preference, a.id, b.id))
  }
  return {
    promptId: a.promptId,
    isEqual: isEqual(pair),
    length: { a: a.text.length, b: b.text.length },
    votes,
    judged: { a: judgedText(a), b: judgedText(b) },
  }
}
