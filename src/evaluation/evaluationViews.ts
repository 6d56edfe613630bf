// Evaluations as the editor and the terminal show them.
// Invariant I26.
import { candidateCounts } from '../curation/counts'
import { recentDecisions } from '../curation/labelling/recentDecisions'
import { type EvaluationView, isVotedThrough } from '../shared/evaluation'
import type { Evaluation } from './evaluation'
import { judgeVotes } from './judgeVotes'
import { evaluationResult } from './result'

const RECENT = 10

/**
 * Votes counted as this annotator's are those of the annotator that opened it, who sees the votes
 * of judges only after voting on all pairs.
 */
export function evaluationView(evaluation: Evaluation): EvaluationView {
  const { file, data, names } = evaluation
  const { round, store, annotator } = data
  const { candidates, candidatesWanted } = candidateCounts(round)
  const selections = round.selections()
  const standing = store.annotations.standing(annotator)
  const progress = {
    sampled: candidates,
    wanted: candidatesWanted,
    pairs: selections.length,
    voted: selections.filter(({ id }) => standing.has(id)).length,
  }
  return {
    id: file.id,
    ...names,
    createdAt: file.createdAt,
    promptsFile: file.prompts.from === 'file' ? file.prompts.file : null,
    prompts: data.prompts.length,
    responses: file.responses,
    ...progress,
    recent: recentDecisions(data, RECENT),
    result: evaluationResult(evaluation),
    judges: isVotedThrough(progress) ? judgeVotes(evaluation) : [],
  }
}
