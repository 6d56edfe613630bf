// Two texts that grow at the pace of the slower one, so that speed does not tell the models apart.
import type { TextSoFar } from '../../shared/engineProtocol'

/** A text, and how many tokens it has. */
export type Grown = Pick<TextSoFar, 'text' | 'reasoning' | 'tokens'>

/** Of two answers: the first or the second on the screen. */
export type AnswerPlace = 0 | 1

interface Lane {
  /** In the order of their tokens. */
  grown: Grown[]
  isEnded: boolean
}

export class Pace {
  private readonly lanes: readonly [Lane, Lane] = [
    { grown: [], isEnded: false },
    { grown: [], isEnded: false },
  ]

  add(place: AnswerPlace, grown: Grown): void {
    this.lanes[place].grown.push(grown)
  }

  /** The text grows no more; the other need not wait for it. */
  end(place: AnswerPlace): void {
    this.lanes[place].isEnded = true
  }

  /** The latest text with no more tokens than the other one has; undefined before the first. */
  shown(place: AnswerPlace): Grown | undefined {
    const other = this.lanes[place === 0 ? 1 : 0]
    const limit = other.isEnded ? Infinity : (other.grown.at(-1)?.tokens ?? 0)
    return this.lanes[place].grown.findLast(({ tokens }) => tokens <= limit)
  }
}
