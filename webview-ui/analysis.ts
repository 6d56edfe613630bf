// What a model says of the labels: asked for when it is shown, and the way from label to label that
// is to be looked at again.
import type { LookAgain } from '../src/shared/labelAnalysis'
import type { ShownAnalysis } from '../src/shared/reviewProtocol'
import { reasonText } from '../src/core/labelAnalysis/text'
import { isAbort, toFailure } from '../src/shared/errors'
import type { Host } from './channel'
import type { ShownTask } from './shownTask'
import type { State, Store } from './state'
import { strings } from './strings'

export interface AnalysisState {
  /** The last one; null before, and in an untrusted workspace. */
  value: ShownAnalysis | null
  /** Why there is none. */
  failure: string | null
  isUnderWay: boolean
}

export const NO_ANALYSIS: AnalysisState = { value: null, failure: null, isUnderWay: false }

type ToLookAt = ShownAnalysis['lookAgain'][number]

export class Analysing {
  private pending: Promise<void> | null = null
  private isOld = false
  /** The label that was opened last: deciding on it leads away from it. */
  private opened: string | null = null

  constructor(
    private readonly host: Host,
    private readonly store: Store,
    private readonly shown: ShownTask,
    private readonly open: (label: ToLookAt) => void,
  ) {}

  /** One request at a time: labels that come meanwhile are in a second one. */
  load(): Promise<void> {
    if (this.pending) this.isOld = true
    this.pending ??= this.request().finally(() => (this.pending = null))
    return this.pending
  }

  /** Opens the next label to look at again, from the strongest to the weakest. */
  async next(): Promise<void> {
    if (!this.store.state.analysis.value) {
      this.shown.say(strings.review.again.computing)
      await this.load()
    }
    const { analysis, task } = this.store.state
    const list = analysis.value?.lookAgain ?? []
    const placeOf = (id: string | null | undefined): number =>
      list.findIndex(({ selectionId }) => selectionId === id)
    const current = placeOf(task?.selectionId)
    const next = list[(current >= 0 ? current : placeOf(this.opened)) + 1]
    if (next) {
      this.opened = next.selectionId
      this.open(next)
      return
    }
    const { none, last } = strings.review.again
    this.opened = null
    this.shown.say(analysis.failure ?? (list.length === 0 ? none : last))
  }

  private async request(): Promise<void> {
    this.update({ isUnderWay: true })
    do await this.ask()
    while (this.takeOld())
    this.update({ isUnderWay: false })
  }

  private async ask(): Promise<void> {
    try {
      this.update({ value: await this.host.request('labelAnalysis', null), failure: null })
    } catch (thrown) {
      if (!isAbort(thrown)) this.update({ failure: toFailure(thrown).message })
    }
  }

  /** Whether it was asked for again meanwhile. */
  private takeOld(): boolean {
    const { isOld } = this
    this.isOld = false
    return isOld
  }

  private update(change: Partial<AnalysisState>): void {
    this.store.update({ analysis: { ...this.store.state.analysis, ...change } })
  }
}

/** "Look again, 2 of 7: …" for the label on the screen; null where it is none of them. */
export function lookAgainSentence({ analysis, task }: State): string | null {
  const list = analysis.value?.lookAgain ?? []
  const place = list.findIndex(({ selectionId }) => selectionId === task?.selectionId)
  const label = list[place]
  return label && task?.preference
    ? strings.review.again.at(place + 1, list.length, reasonsText(label))
    : null
}

export const reasonsText = ({ reasons }: LookAgain): string => reasons.map(reasonText).join(' ')
