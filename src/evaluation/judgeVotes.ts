// The votes of judges on the pairs of an evaluation: from the journals of the judges, and apart
// from the votes of annotators.
// Invariant I26.
import { judgesOf, openJudge } from '../curation/annotators/judge'
import { reportOf } from '../curation/annotators/judgeReport'
import type { JudgeVotes } from '../shared/evaluation'
import { FailureError } from '../shared/errors'
import type { Evaluation } from './evaluation'
import { figuresOf } from './result'
import type { VotedPair } from './votedPairs'

/** The judges with an opinion on a pair. One whose prompt cannot be read is left out. */
export const judgeVotes = (evaluation: Evaluation): JudgeVotes[] =>
  judgesOf(evaluation.data).flatMap(({ name }) => {
    const votes = readableVotes(evaluation, name)
    return votes && votes.report.judged > 0 ? [votes] : []
  })

function readableVotes(evaluation: Evaluation, name: string): JudgeVotes | null {
  try {
    return votesOf(evaluation, name)
  } catch (thrown) {
    if (thrown instanceof FailureError) return null
    throw thrown
  }
}

/** @throws FailureError as {@link openJudge}. */
export function votesOf({ data, voted }: Evaluation, name: string): JudgeVotes {
  const judge = openJudge(data, name)
  const { opinions } = judge
  const figures = figuresOf(voted.all(), ({ judged }: VotedPair) => {
    const opinion = opinions.pair(judged.a, judged.b)
    if (!opinion) return []
    return [opinion.outcome > 0 ? 'a' : opinion.outcome < 0 ? 'b' : 'tie']
  })
  return { ...figures, report: reportOf(data, judge) }
}
