// The journal of selections in memory: by id, and by pool in the order they were made.
// Invariant I13.
import * as l10n from '@vscode/l10n'
import type { Candidate, Selection } from '../shared/domain'
import { failureError } from '../shared/errors'
import { poolKey } from './candidateIndex'
import type { Annotations, Candidates, Selections } from './indexes'

export class SelectionIndex implements Selections {
  private readonly byId = new Map<string, Selection>()
  private readonly byPool = new Map<string, Selection[]>()

  constructor(
    private readonly candidates: Pick<Candidates, 'isOf'>,
    private readonly annotations: Pick<Annotations, 'isAnnotated'>,
  ) {}

  /** A selection that is made again becomes the latest of its pool. */
  add(selection: Selection): void {
    this.byId.set(selection.id, selection)
    const key = poolKey(selection.promptId, selection.round)
    const others = (this.byPool.get(key) ?? []).filter(({ id }) => id !== selection.id)
    this.byPool.set(key, [...others, selection])
  }

  clear(): void {
    this.byId.clear()
    this.byPool.clear()
  }

  all(): Iterable<Selection> {
    return this.byId.values()
  }

  selection(id: string): Selection | undefined {
    const selection = this.byId.get(id)
    return selection && this.candidates.isOf(selection) ? selection : undefined
  }

  required(id: string): Selection {
    const selection = this.selection(id)
    if (!selection)
      throw failureError('not-found', l10n.t('This selection no longer exists.'), {
        remedy: l10n.t('Go on with the next one.'),
      })
    return selection
  }

  counting(promptId: string, round: number): readonly Selection[] {
    const made = (this.byPool.get(poolKey(promptId, round)) ?? []).filter((selection) =>
      this.candidates.isOf(selection),
    )
    const last = made.reduce((place, selection) => Math.max(place, placeOf(selection)), 0)
    const counting: Selection[] = []
    for (let place = 0; place <= last; place++) {
      const chosen = this.countingAt(
        made.filter((selection) => placeOf(selection) === place),
        counting,
      )
      if (chosen) counting.push(chosen)
    }
    return counting
  }

  /** @param before the selections that count at earlier places. */
  private countingAt(
    made: readonly Selection[],
    before: readonly Selection[],
  ): Selection | undefined {
    const ids = before.map(({ id }) => id)
    return (
      made.findLast(({ id }) => this.annotations.isAnnotated(id)) ??
      made.findLast(({ after }) => (after?.selectionIds ?? []).every((id) => ids.includes(id)))
    )
  }

  /** Whether a selection of the candidate's pool has this candidate. */
  names({ id, promptId, round }: Candidate): boolean {
    const selections = this.byPool.get(poolKey(promptId, round)) ?? []
    return selections.some(({ candidateIds }) => candidateIds.includes(id))
  }
}

/** How many selections of the pool come before it. */
const placeOf = ({ after }: Selection): number => after?.selectionIds.length ?? 0
