/** The smallest value that at least `percent` % of the values do not exceed; NaN for no values. */
export const percentile = (values: readonly number[], percent: number): number =>
  values.toSorted((one, other) => one - other)[Math.ceil((values.length * percent) / 100) - 1] ??
  NaN
