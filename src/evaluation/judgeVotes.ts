// The votes of judges on the pairs of an evaluation: from the journals of the judges, and apart
// from the votes of annotators.
// Invariant I26.
import { openJudge } from '../curation/annotators/judge'
import { heardJudges, reportOf, whileReadable } from '../curation/annotators/judgeReport'
import type { JudgeVotes } from '../shared/evaluation'
import type { Evaluation } from './evaluation'
import { figuresOf } from './result'
import type { VotedPair } from './votedPairs'

/** The judges with an opinion on a pair. One whose prompt cannot be read is left out. */
export const judgeVotes = (evaluation: Evaluation): JudgeVotes[] =>
  heardJudges(evaluation.data).flatMap(({ name }) => {
    const votes = whileReadable(() => votesOf(evaluation, name))
    return votes && votes.report.judged > 0 ? [votes] : []
  })

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
