// The figures of many replays as a row of a table.
import { meanOf } from '../../src/core/simulation/interval'
import type { Interval } from '../../src/shared/simulation'
import type { Replay } from './replay'

export const HEADER = [
  'data, rule',
  'labels',
  'accuracy',
  'cross-validated',
  'in its interval',
  'gain that came',
  'forecast',
  '± of the forecast',
  'in its interval',
  'stated',
  'error of the forecast',
  'error of “no gain”',
  'wrong labels',
  'found',
  'wrong among the found',
]

/** @param replays of one kind, with the same number of labels. */
export function row(name: string, replays: readonly Replay[]): string[] {
  const mean = (value: (one: Replay) => number): number => meanOf(replays.map(value))
  const share = (holds: (one: Replay) => boolean): string =>
    `${Math.round(100 * mean((one) => Number(holds(one))))} %`
  const points = (value: number): string => (100 * value).toFixed(1)
  const forecast = ({ curve }: Replay): Interval => curve.next.gain
  const came = ({ accuracy, later }: Replay): number => later - accuracy
  const sum = (value: (one: Replay) => number): number => mean(value) * replays.length
  return [
    name,
    String(replays[0]?.labels),
    points(mean(({ accuracy }) => accuracy)),
    points(mean(({ curve }) => curve.points.at(-1)?.mean ?? NaN)),
    share(({ curve, accuracy }) => isIn(curve.points.at(-1), accuracy)),
    points(mean(came)),
    points(mean((one) => forecast(one).mean)),
    points(mean((one) => (forecast(one).high - forecast(one).low) / 2)),
    share((one) => isIn(forecast(one), came(one))),
    share(({ curve }) => curve.next.unknown === null),
    points(mean((one) => Math.abs(forecast(one).mean - came(one)))),
    points(mean((one) => Math.abs(came(one)))),
    mean(({ wrong }) => wrong).toFixed(1),
    `${Math.round((100 * sum(({ both }) => both)) / sum(({ wrong }) => wrong))} %`,
    `${Math.round((100 * sum(({ both }) => both)) / sum(({ found }) => found))} %`,
  ]
}

function isIn(interval: Interval | undefined, value: number): boolean {
  return interval !== undefined && interval.low <= value && value <= interval.high
}
