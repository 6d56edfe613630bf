// State of the review view. The host searches the prompts; the webview filters them.
import type { ShownPlace } from '../src/shared/editorProtocol'
import type { LabelStatistics, ReviewRow } from '../src/shared/reviewProtocol'
import type { Host } from './channel'
import type { Store } from './state'
import { strings } from './strings'

export const REVIEW_FILTERS = [
  'all',
  'open',
  'ranking',
  'tie',
  'allBad',
  'skip',
  'noted',
  'flagged',
  'lookAgain',
  'removed',
] as const
export type ReviewFilter = (typeof REVIEW_FILTERS)[number]

export interface ReviewState {
  /** null before the host has answered. */
  rows: readonly ReviewRow[] | null
  statistics: LabelStatistics | null
  search: string
  /** Incremented to move the focus to the search field. */
  searchCalls: number
  filter: ReviewFilter
  /** The row that was opened last. */
  opened: ShownPlace | null
}

export const INITIAL_REVIEW: ReviewState = {
  rows: null,
  statistics: null,
  search: '',
  searchCalls: 0,
  filter: 'all',
  opened: null,
}

/** @param again the labels to look at again, by their selections. */
export function passes(
  { selectionId, isDue = false, decision, note, flagged, leftOut, removed }: ReviewRow,
  filter: ReviewFilter,
  again: ReadonlyMap<string, unknown>,
): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'open':
      return (selectionId !== null || isDue) && decision === null
    case 'noted':
      return note !== ''
    case 'flagged':
      return flagged
    case 'lookAgain':
      return selectionId !== null && decision !== null && again.has(selectionId)
    case 'removed':
      return removed > 0 || leftOut !== null
    case 'ranking':
    case 'tie':
    case 'allBad':
    case 'skip':
      return decision?.preference.kind === filter
  }
}

export class Review {
  private requests = 0

  constructor(
    private readonly host: Host,
    private readonly store: Store,
  ) {}

  update(change: Partial<ReviewState>): void {
    this.store.update({ review: { ...this.store.state.review, ...change } })
  }

  search(search: string): void {
    this.update({ search })
    void this.load()
  }

  focusSearch(): void {
    this.update({ searchCalls: this.store.state.review.searchCalls + 1 })
  }

  /** Only the answer to the latest request is used. */
  async load(): Promise<void> {
    const request = ++this.requests
    try {
      const [rows, statistics] = await Promise.all([
        this.host.request('review', { search: this.store.state.review.search }),
        this.host.request('statistics', null),
      ])
      if (request === this.requests) this.update({ rows, statistics })
    } catch (thrown) {
      if (request === this.requests)
        this.store.fail(strings.failure.notDone, thrown, () => void this.load())
    }
  }
}
