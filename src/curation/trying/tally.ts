// The votes of one session of trying, by the two models that they were about.
import type { TryTally, TryVote } from '../../shared/tryView'
import type { TriedModel } from './models'

interface Votes {
  wins: Map<string, number>
  ties: number
  allBad: number
  kept: number
}

export class Tally {
  private readonly votes = new Map<string, Votes>()

  /** @param models in the order of the screen. */
  count(models: readonly TriedModel[], vote: TryVote): void {
    const votes = this.of(models)
    if (vote === 'tie' || vote === 'allBad') {
      votes[vote === 'tie' ? 'ties' : 'allBad']++
      return
    }
    const winner = models[vote.best]
    if (winner) votes.wins.set(winner.id, (votes.wins.get(winner.id) ?? 0) + 1)
  }

  /** @param change 1 for a pair that was kept, −1 where that was undone. */
  countKept(models: readonly TriedModel[], change: 1 | -1): void {
    this.of(models).kept += change
  }

  /** The votes on two models, in any order of the screen. */
  view(models: readonly TriedModel[]): TryTally {
    const { wins, ties, allBad, kept } = this.of(models)
    return {
      names: models.map(({ label }) => label),
      wins: models.map(({ id }) => wins.get(id) ?? 0),
      ties,
      allBad,
      kept,
    }
  }

  private of(models: readonly TriedModel[]): Votes {
    const key = JSON.stringify(models.map(({ id }) => id).sort())
    const votes = this.votes.get(key) ?? { wins: new Map(), ties: 0, allBad: 0, kept: 0 }
    this.votes.set(key, votes)
    return votes
  }
}
