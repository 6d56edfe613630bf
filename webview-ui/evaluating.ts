// Which evaluation is shown: the tasks of the page follow it, and go back to the selections of the
// curation in the other views.
import type { EvaluationView } from '../src/shared/evaluation'
import type { EditorState } from '../src/shared/editorProtocol'
import type { HostRequests } from './requests'
import type { ShownTask } from './shownTask'
import type { State, Store } from './state'
import { strings } from './strings'

export class Evaluating {
  constructor(
    private readonly store: Store,
    private readonly requests: HostRequests,
    private readonly shown: ShownTask,
  ) {}

  choose(id: string): void {
    this.store.update({ chosenEvaluation: id })
    void this.follow()
  }

  toggleResult(id: string): void {
    const { resultOf } = this.store.state
    this.store.update({ resultOf: resultOf === id ? null : id })
  }

  /** Asks for the tasks that the view shows, where the host gives others. */
  async follow(): Promise<void> {
    await this.requests.settled()
    const { state } = this.store
    const wanted = state.view === 'evaluate' ? (chosenEvaluation(state)?.id ?? null) : null
    if (wanted === state.evaluation) return
    this.store.update({ task: null, pool: null })
    await this.requests.change(
      'moving',
      strings.failure.notDone,
      () => void this.follow(),
      async () => {
        const task = await this.requests.ask('show', { evaluation: wanted })
        this.store.update({ evaluation: wanted })
        this.shown.show(task, '')
      },
    )
    // another request was pending, or the view changed meanwhile
    if (!this.store.state.problem) await this.follow()
  }
}

/** The one that the user chose, else the last one; undefined where there is none. */
export function chosenEvaluation({
  host,
  chosenEvaluation: id,
}: Pick<State, 'host' | 'chosenEvaluation'>): EvaluationView | undefined {
  const evaluations = host?.evaluations ?? []
  return evaluations.find((each) => each.id === id) ?? evaluations.at(-1)
}

/** The host's state as the task shown is part of it: counts and last votes of its evaluation. */
export function hostOfTask({ host, evaluation }: State): EditorState | null {
  const shown = host?.evaluations.find(({ id }) => id === evaluation)
  if (!host?.counts || !shown) return host
  const { prompts, pairs, voted, recent } = shown
  const counts = { ...host.counts, prompts, selected: pairs, annotated: voted, budget: pairs }
  return { ...host, counts, recent }
}
