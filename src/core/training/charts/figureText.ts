// A figure of a run as people read it: on cards, in tables, reports and logs.

/** Below this a number has more zeros than digits. */
const SMALLEST_DECIMAL = 1e-3

/**
 * Four significant digits without trailing zeros; "2.5e-7" for what is nearly nothing.
 * @param locale BCP 47; by default the same text in every language, so that tools can read it.
 */
export function figureText(value: number, locale?: string): string {
  if (value !== 0 && Math.abs(value) < SMALLEST_DECIMAL)
    return value.toExponential(1).replace('.0e', 'e')
  return locale === undefined
    ? String(Number(value.toPrecision(4)))
    : value.toLocaleString(locale, { maximumSignificantDigits: 4 })
}

/** A figure of a model, or nothing: "2.314", or "4 %" of a share. */
export function comparedText(value: number | null, unit: 'number' | 'share' = 'number'): string {
  if (value === null) return ''
  return unit === 'share' ? `${Math.round(100 * value)} %` : figureText(value)
}
