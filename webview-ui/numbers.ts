// Numbers as people read them: thousands, counts of things, durations, dates.
import * as l10n from '@vscode/l10n'
import { figureText } from '../src/core/training/charts/figureText'

let locale = 'en-US'
let integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })

/** Formats numbers and dates as this language does. @param language BCP 47 */
export function setLanguage(language: string): void {
  locale = language
  integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
}

export const count = (value: number): string => integer.format(value)

const counted =
  (one: string, many: (value: string) => string) =>
  (value: number): string =>
    value === 1 ? one : many(count(value))

/** "1 prompt", "2,560 prompts". */
export const countedPrompts = counted(l10n.t('1 prompt'), (n) => l10n.t`${n} prompts`)
export const countedCandidates = counted(l10n.t('1 candidate'), (n) => l10n.t`${n} candidates`)
export const countedDuplicates = counted(l10n.t('1 duplicate'), (n) => l10n.t`${n} duplicates`)
export const countedLabels = counted(l10n.t('1 label'), (n) => l10n.t`${n} labels`)
export const countedTurns = counted(l10n.t('1 turn'), (n) => l10n.t`${n} turns`)
export const countedLines = counted(l10n.t('1 line'), (n) => l10n.t`${n} lines`)
export const countedPairs = counted(
  l10n.t('1 preference pair'),
  (n) => l10n.t`${n} preference pairs`,
)
export const countedPools = counted(l10n.t('1 pool'), (n) => l10n.t`${n} pools`)
export const countedRows = counted(l10n.t('1 row'), (n) => l10n.t`${n} rows`)
export const countedResponses = counted(l10n.t('1 response'), (n) => l10n.t`${n} responses`)
export const countedSplits = counted(l10n.t('1 random split'), (n) => l10n.t`${n} random splits`)
export const countedCharacters = counted(l10n.t('1 character'), (n) => l10n.t`${n} characters`)
/** Pairs of an evaluation: nothing is preferred in them yet. */
export const countedVotingPairs = counted(l10n.t('1 pair'), (n) => l10n.t`${n} pairs`)
export const countedSteps = counted(l10n.t('1 step'), (n) => l10n.t`${n} steps`)

/** Four significant digits, for losses and margins; "2.5e-7" for what is nearly nothing. */
export const decimal = (value: number): string => figureText(value, locale)

/** A share in [0, 1] in whole percent. */
export const wholePercent = (share: number): string => count(Math.round(100 * share))

/** "under 10 s", "40 s", "3 min", "1 h 20 min": no more precise than an estimate. */
export function duration(seconds: number): string {
  if (seconds < 10) return l10n.t('under 10 s')
  if (seconds < 55) return l10n.t`${count(Math.round(seconds / 10) * 10)} s`
  const minutes = Math.max(1, Math.round(seconds / 60))
  if (minutes < 60) return l10n.t`${count(minutes)} min`
  const hours = count(Math.floor(minutes / 60))
  const rest = minutes % 60
  return rest === 0 ? l10n.t`${hours} h` : l10n.t`${hours} h ${count(rest)} min`
}

/** "Mar 14, 2025, 10:26 AM", in the local time zone. */
export function moment(iso: string): string {
  return new Date(iso).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
}

/** Names for moments of several things: without the day where all are of one. */
export function momentsOf(all: readonly string[]): (iso: string) => string {
  const days = new Set(all.map((iso) => new Date(iso).toDateString()))
  return days.size > 1
    ? moment
    : (iso) => new Date(iso).toLocaleTimeString(locale, { timeStyle: 'medium' })
}
