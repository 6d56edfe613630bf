// How well a reward model predicts labels that it did not see, against the number of labels that it
// was fitted to, and what more labels would add.
import type { Forecast, LearningCurve } from '../../shared/labelAnalysis'
import type { Interval } from '../../shared/simulation'
import {
  clusteredMean,
  type ClusteredMean,
  intervalOfClustered,
  intervalOfShares,
} from './clustered'
import { type CrossFit, crossFit, type ModelledLabel } from './crossFit'
import { meanOf } from '../simulation/interval'

/** A label with what the baseline says of it. */
export interface JudgedLabel extends ModelledLabel {
  /** Share of its pairs whose chosen text is the longer one; equal lengths count half. */
  longer: number
}

export const FEWEST = { decided: 20, prompts: 10 }
/** How many more labels a forecast is of. */
const MORE = 100
const FOLDS = 10
const MOST_DIVISIONS = 6
/** Labels that are fitted, in all divisions together, beyond which there are fewer divisions. */
const FITTED = 6000
/** Beside the share of the forecast. */
const SHARES = [0.125, 0.25, 0.5, 0.75, 1]
/** A forecast needs so many decided labels. */
const FEWEST_FOR_FORECAST = 50
/** Half the width of an interval, as a share, beyond which a forecast tells nothing. */
const WIDEST = 0.05
/**
 * Standard deviation of the change of accuracy from the draw of the labels, as a share of the pairs
 * that the models before and after order differently. Chosen on replayed labels
 * (docs/experiments/learning-curve.md).
 */
const DRAW_DEVIATION = 0.2

export interface FittedCurve {
  curve: LearningCurve
  /** Per label: its probability under models that did not see its prompt. */
  probability: Float64Array
}

/**
 * null with fewer decided labels or prompts than {@link FEWEST}. The accuracy at a size is that of
 * models which are fitted to a random part of the labels and judged on prompts outside it.
 */
export function learningCurve(
  labels: readonly JudgedLabel[],
  { dim, priorVariance }: { dim: number; priorVariance: number },
): FittedCurve | null {
  const decided = labels.flatMap(({ differences }, place) =>
    differences.length > 0 ? [place] : [],
  )
  const promptIds = decided.map((place) => labels[place]!.promptId)
  if (decided.length < FEWEST.decided || new Set(promptIds).size < FEWEST.prompts) return null
  const fit = crossFit(labels, {
    dim,
    priorVariance,
    folds: FOLDS,
    repeats: Math.min(MOST_DIVISIONS, Math.max(2, Math.round(FITTED / labels.length))),
    shares: [...new Set([...SHARES, shareNow(labels.length)])].toSorted((a, b) => a - b),
  })
  const right = fit.sizes.map((_, s) => meanRight(fit, s, decided))
  const longer = decided.map((place) => labels[place]!.longer)
  const last = right.at(-1)!
  const meansOf = (values: readonly number[]): ClusteredMean => clusteredMean(values, promptIds)
  return {
    curve: {
      points: fit.sizes.map((size, s) => ({
        labels: size,
        ...intervalOfShares(meansOf(right[s]!), decided.length),
      })),
      longer: intervalOfShares(meansOf(longer), decided.length),
      beyondLonger: intervalOfClustered(meansOf(last.map((value, i) => value - longer[i]!))),
      next: forecast(fit, decided, promptIds, labels.length),
    },
    probability: fit.probability,
  }
}

/** Of each decided label at one size: the mean over divisions. */
const meanRight = ({ divisions }: CrossFit, size: number, decided: readonly number[]): number[] =>
  decided.map((place) => meanOf(divisions.map(({ right }) => right[size]![place]!)))

/**
 * What m·n / (n + 100) to m labels gained, m being the largest size, scaled by the law that what is
 * missing falls with the square root of the number of labels. The interval has two sources: the
 * labels on which it is judged, and the draw of those that are added.
 */
function forecast(
  { sizes, divisions }: CrossFit,
  decided: readonly number[],
  promptIds: readonly string[],
  labels: number,
): Forecast {
  const after = sizes.length - 1
  const wanted = shareNow(labels) * sizes[after]!
  const distances = sizes.slice(0, after).map((size) => Math.abs(size - wanted))
  const before = distances.indexOf(Math.min(...distances))
  const changes = decided.map((place) =>
    divisions.map(({ right }) => right[after]![place]! - right[before]![place]!),
  )
  const scale = fall(labels, labels + MORE) / fall(sizes[before]!, sizes[after]!)
  const changed = meanOf(changes.map((own) => meanOf(own.map(Math.abs))))
  const gain = intervalOfClustered(
    clusteredMean(
      changes.map((own) => scale * meanOf(own)),
      promptIds,
    ),
    (DRAW_DEVIATION * changed) ** 2,
  )
  return { labels: MORE, gain, unknown: reasonUnknown(gain, decided.length) }
}

/** What the labels so far are of those with a hundred more. */
const shareNow = (labels: number): number => labels / (labels + MORE)

const fall = (from: number, to: number): number => 1 / Math.sqrt(from) - 1 / Math.sqrt(to)

function reasonUnknown({ low, high }: Interval, decided: number): Forecast['unknown'] {
  if (decided < FEWEST_FOR_FORECAST) return 'few'
  return (high - low) / 2 > WIDEST ? 'wide' : null
}
