// A pair as it is put to the vote: nothing in it says which response is of which model. Ids of
// candidates would, so that responses are named by their places.
// Invariant I23.
import { setFlag } from '../curation/labelling/flag'
import { findTask, taskOf } from '../curation/labelling/tasks'
import { annotate, type Decision, undo } from '../curation/labelling/annotate'
import type {
  PoolEntry,
  PoolMap,
  ResponseView,
  Task,
  TaskRequest,
  Undone,
} from '../shared/curationViews'
import type { Preference } from '../shared/domain'
import type { Evaluation } from './evaluation'
import { modelSideOf } from './pairs'

/** What a response is called by its 0-based place on the screen. */
const nameAt = (place: number): string => `response-${place + 1}`

/** What a voter can do with an evaluation. Pairs have no pool to look at. */
export const blindTasks = (evaluation: Evaluation): VotingTasks => ({
  task: (request) => findPair(evaluation, request),
  pool: () => [],
  poolMap: () => Promise.resolve(null),
  annotate: (decision) => vote(evaluation, decision),
  undo: () => undoVote(evaluation),
  flag: (promptId, flagged) => setFlag(evaluation.data, promptId, flagged),
})

export interface VotingTasks {
  task(request: TaskRequest): Task | null
  pool(selectionId: string): PoolEntry[]
  poolMap(selectionId: string): Promise<PoolMap | null>
  annotate(decision: Decision): Promise<void>
  undo(): Promise<Undone | null>
  flag(promptId: string, flagged: boolean): Promise<void>
}

/** As {@link findTask}; the models are named once this annotator has voted. */
export function findPair(evaluation: Evaluation, request: TaskRequest): Task | null {
  const task = findTask(evaluation.data, request)
  return task && blind(evaluation, task)
}

/**
 * Journals a vote. Its responses are named as {@link findPair} names them.
 * @throws FailureError as {@link annotate}.
 */
export async function vote({ data }: Evaluation, decision: Decision): Promise<void> {
  const selection = data.store.selections.required(decision.selectionId)
  const order = taskOf(data, selection)?.responses.map(({ candidateId }) => candidateId) ?? []
  const idOf = (name: string): string => order.find((_, place) => nameAt(place) === name) ?? name
  await annotate(data, {
    ...decision,
    preference: renamed(decision.preference, idOf),
    shownOrder: decision.shownOrder.map(idOf),
  })
}

/** Takes this annotator’s last vote back; null where there is none. */
export async function undoVote(evaluation: Evaluation): Promise<Undone | null> {
  const undone = await undo(evaluation.data)
  return undone && { ...undone, task: blind(evaluation, undone.task) }
}

function blind({ data, names }: Evaluation, task: Task): Task {
  const order = task.responses.map(({ candidateId }) => candidateId)
  const nameOf = (id: string): string => nameAt(order.indexOf(id))
  const isRevealed = task.preference !== null
  const responses = task.responses.map(
    ({ candidateId, text, finishReason }, place): ResponseView => {
      const candidate = data.store.candidates.candidate(candidateId)
      return {
        candidateId: nameAt(place),
        text,
        finishReason: finishReason === 'length' ? 'length' : 'stop',
        tokenCount: null, // of the model’s own tokens
        origin: isRevealed && candidate ? names[modelSideOf(candidate)] : null,
      }
    },
  )
  return { ...task, responses, preference: task.preference && renamed(task.preference, nameOf) }
}

const renamed = (preference: Preference, name: (id: string) => string): Preference =>
  preference.kind === 'ranking'
    ? { kind: 'ranking', tiers: preference.tiers.map((tier) => tier.map(name)) }
    : preference
