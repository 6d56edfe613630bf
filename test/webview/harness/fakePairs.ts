// The pairs of an evaluation in memory, blind until they are voted on.
import { destination } from '../../../src/core/annotation/navigation'
import type { PanelTasks } from '../../../src/host/editor/panel'
import type { RecentDecision, Task } from '../../../src/shared/curationViews'
import type { EvaluationResult, EvaluationView, JudgeVotes } from '../../../src/shared/evaluation'
import { failureError } from '../../../src/shared/errors'
import type { FakeHost } from './fakeHost'
import { JUDGE } from './judges'
import { response, task } from './samples'

const NO_RESULT: EvaluationResult = {
  prompts: 0,
  votes: { a: 0, b: 0, tie: 0, allBad: 0 },
  skips: 0,
  equal: 0,
  win: null,
  lengthControlled: 'few',
  furtherPrompts: null,
  length: { a: 412, b: 388 },
  agreement: [],
  annotators: [],
}

/** Of two models on 30 held-out prompts, all sampled and none voted on. */
export const evaluation = (change: Partial<EvaluationView> = {}): EvaluationView => ({
  id: '2026-11-27T09-00-00',
  a: '2026-11-26T17-19-04-dpo',
  b: 'SmolLM2-135M-Instruct',
  createdAt: '2026-11-27T09:00:00Z',
  promptsFile: null,
  prompts: 30,
  responses: 1,
  sampled: 60,
  wanted: 60,
  pairs: 30,
  voted: 0,
  recent: [],
  result: NO_RESULT,
  judges: [],
  ...change,
})

/** Votes on all 30 prompts by two annotators. */
export const RESULT: EvaluationResult = {
  ...NO_RESULT,
  prompts: 30,
  votes: { a: 34, b: 16, tie: 7, allBad: 3 },
  skips: 2,
  equal: 1,
  win: { rate: 0.65, low: 0.471, high: 0.795 },
  lengthControlled: { rate: 0.613, low: 0.42, high: 0.777 },
  furtherPrompts: 13,
  agreement: [{ annotators: ['ada', 'grace'], same: { count: 21, of: 28 } }],
  annotators: [
    { annotator: 'ada', prompts: 30, win: { rate: 0.683, low: 0.503, high: 0.821 } },
    { annotator: 'grace', prompts: 30, win: { rate: 0.617, low: 0.439, high: 0.768 } },
  ],
}

/** Votes of a judge on the same pairs. */
export const JUDGED: JudgeVotes = {
  prompts: 30,
  votes: { a: 22, b: 5, tie: 3, allBad: 0 },
  win: { rate: 0.783, low: 0.607, high: 0.895 },
  lengthControlled: 'equalLengths',
  report: JUDGE,
}

export class FakePairs implements PanelTasks {
  private tasks: Task[]
  private readonly voted: string[] = []

  /** @param host is told of each vote. */
  constructor(
    private readonly host: FakeHost,
    private readonly view: EvaluationView,
  ) {
    this.tasks = Array.from({ length: view.pairs }, (_, position) => pair(position, view.pairs))
    host.pairs.set(view.id, this)
  }

  task(request: Parameters<PanelTasks['task']>[0]): Task | null {
    return (
      destination(this.tasks, request, {
        id: ({ selectionId }) => selectionId,
        position: ({ position }) => position,
        isOpen: ({ preference }) => preference === null,
      }) ?? null
    )
  }

  pool(): [] {
    return []
  }

  poolMap(): ReturnType<PanelTasks['poolMap']> {
    return Promise.resolve(null)
  }

  annotate({
    selectionId,
    preference,
    note,
  }: Parameters<PanelTasks['annotate']>[0]): Promise<void> {
    const found = this.tasks.find((one) => one.selectionId === selectionId)
    if (!found) return Promise.reject(failureError('not-found', `No pair ${selectionId}.`))
    const { a, b } = this.view
    const responses = found.responses.map((each, place) => ({
      ...each,
      origin: place === found.position % 2 ? a : b,
    }))
    this.replace({ ...found, preference, note, responses })
    this.voted.push(selectionId)
    return Promise.resolve()
  }

  undo(): ReturnType<PanelTasks['undo']> {
    const last = this.tasks.find(({ selectionId }) => selectionId === this.voted.at(-1))
    if (!last) return Promise.resolve(null)
    this.voted.pop()
    this.replace(pair(last.position, this.view.pairs))
    const undone = this.tasks[last.position]
    return Promise.resolve(undone ? { task: undone, note: last.note, edit: null } : null)
  }

  flag(): Promise<void> {
    return Promise.resolve()
  }

  private replace(changed: Task): void {
    this.tasks = this.tasks.map((one) => (one.position === changed.position ? changed : one))
    const recent = this.tasks.flatMap(({ selectionId, position, preference }): RecentDecision[] =>
      preference
        ? [{ selectionId, position, preference, shownOrder: ['response-1', 'response-2'] }]
        : [],
    )
    this.host.tell({ evaluations: [{ ...this.view, voted: recent.length, recent }] })
  }
}

function pair(position: number, total: number): Task {
  const of = task(position)
  return {
    ...of,
    selectionId: `pair-${position + 1}`,
    responses: of.responses.map(({ text }, place) =>
      response(`response-${place + 1}`, text, { tokenCount: null }),
    ),
    removed: [],
    poolSize: 2,
    total,
  }
}
