// Labels that an engine holds between selections, so that neither they nor the fits to them are
// made again for each. What it chooses is a function of the labels that it is asked for.
// Invariant I24.
import * as l10n from '@vscode/l10n'
import { failureError } from '../../shared/errors'
import type {
  LabelPlaces,
  HoldLabelsParams,
  LabelledComparisons,
} from '../../shared/selectionProtocol'
import { type Fit, fitTo, Learner } from './learner'
import type { Posterior } from './posterior'
import type { Observation } from './rewardModel'
import type { LabelRule } from './rule'

/** Tables that are held: of the curations and feature spaces in use. The oldest is dropped. */
const MOST_TABLES = 8

export class HeldLabels {
  /** The one used last comes last. */
  private readonly tables = new Map<string, Table>()

  /** @returns how many labels the table holds now. */
  hold({ table: name, size, from, labels }: HoldLabelsParams): number {
    const table = this.tables.get(name) ?? new Table(size)
    this.use(name, table)
    if (table.count === from) table.add(labels)
    return table.count
  }

  /** @throws FailureError `engine-died` for labels that are not held. */
  posterior({ table: name, places }: LabelPlaces, learnsFrom: LabelRule['learnsFrom']): Posterior {
    const table = this.tables.get(name)
    if (!table || places.some((place) => place >= table.count))
      throw failureError('engine-died', l10n.t('The engine no longer knows the labels.'), {
        remedy: l10n.t('Try again.'),
      })
    this.use(name, table)
    return table.posterior(places, learnsFrom)
  }

  private use(name: string, table: Table): void {
    this.tables.delete(name)
    this.tables.set(name, table)
    const [oldest] = this.tables.keys()
    if (this.tables.size > MOST_TABLES && oldest !== undefined) this.tables.delete(oldest)
  }
}

/** A fit, and the labels that it is of. */
interface KnownFit {
  fit: Fit
  places: Uint32Array
}

class Table {
  private readonly labels: (readonly Observation[])[] = []
  private readonly fits = new Map<LabelRule['learnsFrom'], KnownFit>()

  constructor(private readonly size: number) {}

  get count(): number {
    return this.labels.length
  }

  add(labels: LabelledComparisons): void {
    for (const observations of observationsOf(labels, this.size)) this.labels.push(observations)
  }

  posterior(places: Uint32Array, learnsFrom: LabelRule['learnsFrom']): Posterior {
    const labels = Array.from(places, (place) => this.labels[place] ?? [])
    const known = this.fits.get(learnsFrom)
    const earlier = known && beginsWith(places, known.places) ? known.fit : undefined
    const fit = fitTo(labels, this.size, learnsFrom, earlier)
    this.fits.set(learnsFrom, { fit, places: places.slice(0, fit.labels) })
    return Learner.after(labels, this.size, learnsFrom, fit).posterior
  }
}

const beginsWith = (places: Uint32Array, first: Uint32Array): boolean =>
  first.length <= places.length && first.every((place, i) => places[i] === place)

/** The comparisons of each label, as a learner takes them in. */
function observationsOf(
  { differences, decisive, rows }: LabelledComparisons,
  size: number,
): Observation[][] {
  let row = 0
  return Array.from(rows, (count) =>
    Array.from({ length: count }, (): Observation => {
      const difference = differences.subarray(row * size, (row + 1) * size)
      return { difference, isDecisive: decisive[row++] === 1 }
    }),
  )
}
