// What the votes of an evaluation say.
import { agreement as agreementOf, mean } from '../core/annotation/statistics'
import { lengthControlledRate } from '../core/evaluation/lengthControlled'
import { type JudgedPair, voteScoreOf, type Vote } from '../core/evaluation/votes'
import { furtherPrompts, scoresByPrompt, winRate } from '../core/evaluation/winRate'
import type { EvaluationResult } from '../shared/evaluation'
import type { Evaluation } from './evaluation'
import type { VotedPair } from './votedPairs'

export function evaluationResult({ data, voted }: Evaluation): EvaluationResult {
  const pairs = voted.all()
  const annotators = data.store.annotations.annotators.filter((name) =>
    pairs.some(({ votes }) => votes.has(name)),
  )
  const judged = judgedPairs(pairs, annotators)
  const scores = scoresByPrompt(judged)
  const win = winRate(scores)
  const votes = pairs.filter((pair) => !pair.isEqual).flatMap((pair) => [...pair.votes.values()])
  const count = (wanted: Vote): number => votes.filter((vote) => vote === wanted).length
  return {
    prompts: scores.length,
    votes: { a: count('a'), b: count('b'), tie: count('tie'), allBad: count('allBad') },
    skips: count('skip'),
    equal: pairs.filter((pair) => pair.isEqual).length,
    win,
    lengthControlled: lengthControlledRate(judged),
    furtherPrompts: win && furtherPrompts(win.rate, scores.length),
    length: {
      a: mean(pairs.map(({ length }) => length.a)) ?? 0,
      b: mean(pairs.map(({ length }) => length.b)) ?? 0,
    },
    agreement: agreements(data, annotators),
    annotators: annotators.map((annotator) => ofAnnotator(pairs, annotator)),
  }
}

function ofAnnotator(
  pairs: readonly VotedPair[],
  annotator: string,
): EvaluationResult['annotators'][number] {
  const scores = scoresByPrompt(judgedPairs(pairs, [annotator]))
  return { annotator, prompts: scores.length, win: winRate(scores) }
}

/** Those that the annotators voted on; of two equal responses, without a vote, a tie. */
const judgedPairs = (pairs: readonly VotedPair[], annotators: readonly string[]): JudgedPair[] =>
  pairs.flatMap(({ promptId, isEqual, length, votes }) => {
    const own = annotators.flatMap((annotator) => votes.get(annotator) ?? [])
    const score = voteScoreOf(isEqual ? ['tie'] : own)
    return score === null ? [] : [{ promptId, score, lengthDifference: length.a - length.b }]
  })

function agreements(
  { store: { annotations } }: Evaluation['data'],
  annotators: readonly string[],
): EvaluationResult['agreement'] {
  return annotators.flatMap((one, place) =>
    annotators.slice(place + 1).flatMap((other) => {
      const same = agreementOf(annotations.standing(one), annotations.standing(other))
      return same.of === 0 ? [] : [{ annotators: [one, other] as [string, string], same }]
    }),
  )
}
