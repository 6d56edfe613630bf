// Numbers as a person reads them: thousands, durations, rates.

const LOCALE = 'en-US'
const integer = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 })

export function count(value: number): string {
  return integer.format(value)
}

/** "1 prompt", "2,560 prompts". */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** Below this a number has more zeros than digits. */
const SMALLEST_DECIMAL = 1e-3

/** Four significant digits, for losses and margins; "2.5e-7" for what is nearly nothing. */
export function decimal(value: number): string {
  if (value !== 0 && Math.abs(value) < SMALLEST_DECIMAL)
    return value.toExponential(1).replace('.0e', 'e')
  return value.toLocaleString(LOCALE, { maximumSignificantDigits: 4 })
}

/** "under 10 s", "40 s", "3 min", "1 h 20 min": no more precision than an estimate has. */
export function duration(seconds: number): string {
  if (seconds < 10) return 'under 10 s'
  if (seconds < 55) return `${count(Math.round(seconds / 10) * 10)} s`
  const minutes = Math.max(1, Math.round(seconds / 60))
  if (minutes < 60) return `${count(minutes)} min`
  const rest = minutes % 60
  return rest === 0
    ? `${count(Math.floor(minutes / 60))} h`
    : `${count(Math.floor(minutes / 60))} h ${count(rest)} min`
}

/** "Mar 14, 2025, 10:26 AM", in the person's time zone. */
export function moment(iso: string): string {
  return new Date(iso).toLocaleString(LOCALE, { dateStyle: 'medium', timeStyle: 'short' })
}

/** Whole percent of `done` in `total`, from 0 to 100. */
export function percent(done: number, total: number): number {
  return total <= 0 ? 0 : Math.min(100, Math.floor((100 * done) / total))
}
