// Which round of a curation the editor shows.
import type { Curation } from '../curation/curation'

export class ShownRound {
  private chosen: { number: number; rounds: number } | null = null

  /** @throws FailureError `not-found` for a round that the curation does not have. */
  choose(curation: Curation, number: number): Curation {
    const chosen = curation.inRound(number)
    this.chosen = { number, rounds: curation.rounds.length }
    return chosen
  }

  /** The chosen round, until another one is begun or removed; the last one without a choice. */
  of(curation: Curation): Curation {
    if (this.chosen?.rounds !== curation.rounds.length) this.chosen = null
    return this.chosen ? curation.inRound(this.chosen.number) : curation
  }
}
