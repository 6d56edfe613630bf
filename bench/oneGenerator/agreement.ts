// How far a response is like the judged responses to the same prompt that a strong judge prefers,
// by their character n-grams: no embedder has a part in it.
import { meanOf } from '../../src/core/simulation/interval'

export interface JudgedText {
  text: string
  /** Higher is better. */
  score: number
}

const SHORTEST_GRAM = 3
const LONGEST_GRAM = 5
/** An empty response is worse than any other. */
const EMPTY = -1

/** An n-gram in the references: by place, its weight; and how much it counts in a response. */
interface Gram {
  inverseFrequency: number
  weights: Map<number, number>
}

/** The judged responses to one prompt. */
export class References {
  private readonly grams = new Map<string, Gram>()
  private readonly norms: number[]

  constructor(private readonly references: readonly JudgedText[]) {
    const counted = references.map(({ text }) => gramsOf(text))
    counted.forEach((counts, place) => {
      for (const [name, count] of counts) {
        const gram = this.grams.get(name) ?? { inverseFrequency: 0, weights: new Map() }
        gram.weights.set(place, 1 + Math.log(count))
        this.grams.set(name, gram)
      }
    })
    const squares = references.map(() => 0)
    for (const gram of this.grams.values()) {
      gram.inverseFrequency = Math.log((references.length + 1) / gram.weights.size)
      for (const [place, weight] of gram.weights)
        squares[place]! += (weight * gram.inverseFrequency) ** 2
    }
    this.norms = squares.map(Math.sqrt)
  }

  /**
   * Spearman's rank correlation, over the judged responses, of their similarity to a text (cosine
   * of TF–IDF vectors of character 3- to 5-grams) with their scores: −1 to 1; −1 for an empty text.
   * @param without a judged response that does not count, for measuring this score on it.
   */
  scoreOf(text: string, without = -1): number {
    if (text.trim() === '') return EMPTY
    const similarities = this.similaritiesTo(text)
    const places = this.references.flatMap((_, place) => (place === without ? [] : [place]))
    return correlation(
      ranksOf(places.map((place) => similarities[place]!)),
      ranksOf(places.map((place) => this.references[place]!.score)),
    )
  }

  /** Up to a factor, which is the same for all references. */
  private similaritiesTo(text: string): number[] {
    const products = this.references.map(() => 0)
    for (const [name, count] of gramsOf(text)) {
      const gram = this.grams.get(name)
      if (!gram) continue
      const own = (1 + Math.log(count)) * gram.inverseFrequency ** 2
      for (const [place, weight] of gram.weights) products[place]! += own * weight
    }
    return products.map((product, place) => product / (this.norms[place]! || 1))
  }
}

function gramsOf(text: string): Map<string, number> {
  const plain = text.toLowerCase().replaceAll(/\s+/g, ' ').trim()
  const counts = new Map<string, number>()
  for (let size = SHORTEST_GRAM; size <= LONGEST_GRAM; size++)
    for (let from = 0; from + size <= plain.length; from++) {
      const gram = plain.slice(from, from + size)
      counts.set(gram, (counts.get(gram) ?? 0) + 1)
    }
  return counts
}

/** From 1; equal values share the mean of their ranks. */
function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    let below = 0
    let equal = 0
    for (const other of values) {
      if (other < value) below++
      else if (other === value) equal++
    }
    return below + (equal + 1) / 2
  })
}

/** Pearson's; 0 where one of them does not vary. */
function correlation(some: readonly number[], others: readonly number[]): number {
  const [mean, otherMean] = [meanOf(some), meanOf(others)]
  let product = 0
  let square = 0
  let otherSquare = 0
  some.forEach((value, place) => {
    const [one, other] = [value - mean, others[place]! - otherMean]
    product += one * other
    square += one * one
    otherSquare += other * other
  })
  return square * otherSquare > 0 ? product / Math.sqrt(square * otherSquare) : 0
}
