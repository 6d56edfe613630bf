// Round numbers along an axis.

/** Steps between ticks, times a power of ten. */
const ROUND = [1, 2, 5, 10]

export interface Scale {
  /** The first and the last tick. */
  low: number
  high: number
  /** Ascending, evenly spaced. */
  ticks: readonly number[]
  /** Digits after the decimal point that tell the ticks apart. */
  digits: number
}

/**
 * Ticks that cover the range from `least` to `most`.
 * @param wanted how many ticks, about.
 * @param smallest the least distance between two ticks: 1 where values are whole.
 */
export function roundScale(least: number, most: number, wanted: number, smallest = 0): Scale {
  const [from, to] = least === most ? [least - spread(least), most + spread(most)] : [least, most]
  const step = Math.max(smallest, roundStep((to - from) / Math.max(1, wanted - 1)))
  const first = Math.floor(from / step + 1e-9)
  const last = Math.ceil(to / step - 1e-9)
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * step))
  return { low: tidy(first * step), high: tidy(last * step), ticks, digits }
}

/** Half the height of the range around a single value. */
const spread = (value: number): number => (value === 0 ? 1 : Math.abs(value) / 10)

function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw))
  const factor = ROUND.find((round) => round * power >= raw * (1 - 1e-9)) ?? 10
  return factor * power
}

/** Without the rounding errors of a product. */
const tidy = (value: number): number => Number(value.toPrecision(12)) + 0
