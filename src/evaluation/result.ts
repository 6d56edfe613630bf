// What the votes of an evaluation say.
import { agreement as agreementOf, mean } from '../core/annotation/statistics'
import { lengthControlledRate } from '../core/evaluation/lengthControlled'
import { type JudgedPair, voteScoreOf, type Vote } from '../core/evaluation/votes'
import { furtherPrompts, scoresByPrompt, winRate } from '../core/evaluation/winRate'
import type { EvaluationResult, VoteFigures } from '../shared/evaluation'
import type { Evaluation } from './evaluation'
import type { VotedPair } from './votedPairs'

/** The votes on a pair that count. */
type VotesOn = (pair: VotedPair) => readonly Vote[]

export function evaluationResult({ data, voted }: Evaluation): EvaluationResult {
  const pairs = voted.all()
  const annotators = data.store.annotations.annotators.filter((name) =>
    pairs.some(({ votes }) => votes.has(name)),
  )
  const votesOn: VotesOn = ({ votes }) => [...votes.values()]
  const figures = figuresOf(pairs, votesOn)
  const { win, prompts } = figures
  return {
    ...figures,
    skips: countIn(shownVotes(pairs, votesOn), 'skip'),
    equal: pairs.filter((pair) => pair.isEqual).length,
    furtherPrompts: win && furtherPrompts(win.rate, prompts),
    length: {
      a: mean(pairs.map(({ length }) => length.a)) ?? 0,
      b: mean(pairs.map(({ length }) => length.b)) ?? 0,
    },
    agreement: agreements(data, annotators),
    annotators: annotators.map((annotator) => ofAnnotator(pairs, annotator)),
  }
}

export function figuresOf(pairs: readonly VotedPair[], votesOn: VotesOn): VoteFigures {
  const judged = judgedPairs(pairs, votesOn)
  const scores = scoresByPrompt(judged)
  const votes = shownVotes(pairs, votesOn)
  return {
    prompts: scores.length,
    votes: {
      a: countIn(votes, 'a'),
      b: countIn(votes, 'b'),
      tie: countIn(votes, 'tie'),
      allBad: countIn(votes, 'allBad'),
    },
    win: winRate(scores),
    lengthControlled: lengthControlledRate(judged),
  }
}

/** Votes on equal responses, which are not shown, do not count. */
const shownVotes = (pairs: readonly VotedPair[], votesOn: VotesOn): Vote[] =>
  pairs.filter((pair) => !pair.isEqual).flatMap(votesOn)

const countIn = (votes: readonly Vote[], wanted: Vote): number =>
  votes.filter((vote) => vote === wanted).length

function ofAnnotator(
  pairs: readonly VotedPair[],
  annotator: string,
): EvaluationResult['annotators'][number] {
  const scores = scoresByPrompt(
    judgedPairs(pairs, ({ votes }) => {
      const vote = votes.get(annotator)
      return vote === undefined ? [] : [vote]
    }),
  )
  return { annotator, prompts: scores.length, win: winRate(scores) }
}

/** Those with a vote; of two equal responses, without a vote, a tie. */
const judgedPairs = (pairs: readonly VotedPair[], votesOn: VotesOn): JudgedPair[] =>
  pairs.flatMap((pair) => {
    const { promptId, isEqual, length } = pair
    const score = voteScoreOf(isEqual ? ['tie'] : votesOn(pair))
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
