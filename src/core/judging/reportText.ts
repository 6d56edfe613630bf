// A report on a judge in words, for the terminal and the editor.
import * as l10n from '@vscode/l10n'
import type { Agreement, JudgeFinding, JudgeReport, LengthBand } from '../../shared/judging'
import type { Share } from '../../shared/reviewProtocol'
import { interval } from '../annotation/statistics'

export interface ReportLine {
  label: string
  value: string
}

const percent = (value: number): string => String(Math.round(100 * value))

/** "12 of 40 (18–46 %)". */
function shareText(share: Share): string {
  const [low, high] = interval(share)
  return l10n.t`${share.count} of ${share.of} (${percent(low)}–${percent(high)} %)`
}

/** "0.42 (0.31 to 0.53)", or why there is none. */
export const kappaText = ({ kappa, constant }: Pick<Agreement, 'kappa' | 'constant'>): string =>
  kappa === null
    ? UNDEFINED[constant ?? 'few']
    : l10n.t`${hundredths(kappa.value)} (${hundredths(kappa.low)} to ${hundredths(kappa.high)})`

/** Why kappa tells nothing. */
const UNDEFINED: Readonly<Record<'people' | 'judge' | 'few', string>> = {
  people: l10n.t('not defined, since people call every pair a tie'),
  judge: l10n.t('not defined, since the judge calls every pair a tie'),
  few: l10n.t('not defined, since there are too few comparisons'),
}

/** Without the sign of a zero. */
const hundredths = (value: number): string => value.toFixed(2).replace(/^-(?=0\.00$)/, '')

/** What a judge left; none where it left nothing. */
export const beyondBudgetSentence = (comparisons: number): string[] =>
  comparisons > 0 ? [l10n.t`Not judged, because the budget is used up: ${comparisons}.`] : []

/** "κ 0.42 (0.31 to 0.53), the same in 12 of 40 (18–46 %)". */
export const agreementText = (agreement: Agreement): string =>
  agreement.same.of === 0
    ? l10n.t('no pair')
    : l10n.t`κ ${kappaText(agreement)}, the same in ${shareText(agreement.same)}`

const bandLabel = ({ from, to }: LengthBand): string =>
  to === null
    ? l10n.t`Lengths differ ${String(from)} times or more`
    : l10n.t`Lengths differ ${String(from)} to ${String(to)} times`

/** Why there is no kappa is said once, of all pairs. */
const bandText = (band: LengthBand): string =>
  band.kappa === null ? l10n.t`the same in ${shareText(band.same)}` : agreementText(band)

const FINDINGS: Readonly<Record<JudgeFinding, string>> = {
  'prefers-first': l10n.t('It prefers the response that it sees first.'),
  'prefers-second': l10n.t('It prefers the response that it sees second.'),
  'prefers-longer': l10n.t('It errs towards the longer response.'),
  'prefers-shorter': l10n.t('It errs towards the shorter response.'),
  inconsistent: l10n.t('It often says something else when the order is swapped.'),
  chance: l10n.t('Its agreement with people may be chance.'),
}

/** What a report shows against a judge, in sentences. */
export const findingSentences = ({ findings }: JudgeReport): string[] =>
  findings.map((finding) => FINDINGS[finding])

/** The figures, agreement with people first. Shares have their 95 % interval. */
export function reportLines({
  agreement,
  right,
  tied,
  rightByMean,
  order,
  length,
  judged,
  unreadable,
  tokens,
}: JudgeReport): ReportLine[] {
  const shares: [string, Share][] = [
    [l10n.t('Agrees with people’s preference'), right],
    [l10n.t('Ties where people prefer one response'), tied],
    [l10n.t('Right by the mean over both orders'), rightByMean],
    ...(order === null
      ? []
      : ([
          [l10n.t('The response shown first wins'), order.firstWins],
          [l10n.t('The two orders disagree'), order.disagree],
          [l10n.t('Right where the better one is shown first'), order.rightWhenFirst],
          [l10n.t('Right where the better one is shown second'), order.rightWhenSecond],
        ] satisfies [string, Share][])),
    [l10n.t('The longer response wins'), length.longerWins],
    [l10n.t('People prefer the longer response'), length.peopleLonger],
    [l10n.t('The longer wins where people prefer the longer'), length.longerWherePeopleLonger],
    [l10n.t('The longer wins where people prefer the shorter'), length.longerWherePeopleShorter],
  ]
  return [
    { label: l10n.t('Agreement with people'), value: agreementText(agreement) },
    ...shares
      .filter(([, { of }]) => of > 0)
      .map(([label, share]) => ({ label, value: shareText(share) })),
    ...length.bands
      .filter(({ same }) => same.of > 0)
      .map((band) => ({ label: bandLabel(band), value: bandText(band) })),
    { label: l10n.t('Comparisons judged'), value: String(judged) },
    ...(unreadable === 0
      ? []
      : [{ label: l10n.t('Answers without a verdict'), value: String(unreadable) }]),
    ...(tokens === null ? [] : [{ label: l10n.t('Tokens'), value: String(tokens) }]),
  ]
}
