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

  current(promptId: string, round: number): Selection | undefined {
    const selections = (this.byPool.get(poolKey(promptId, round)) ?? []).filter((selection) =>
      this.candidates.isOf(selection),
    )
    return selections.findLast(({ id }) => this.annotations.isAnnotated(id)) ?? selections.at(-1)
  }

  /** Whether a selection of the candidate's pool has this candidate. */
  names({ id, promptId, round }: Candidate): boolean {
    const selections = this.byPool.get(poolKey(promptId, round)) ?? []
    return selections.some(({ candidateIds }) => candidateIds.includes(id))
  }
}
