// The analysis of labels in sentences, for the terminal and the editor.
import * as l10n from '@vscode/l10n'
import type { Forecast, LabelAnalysis, LookAgainReason } from '../../shared/labelAnalysis'
import type { Interval } from '../../shared/simulation'
import { countedPreferences } from '../counted'
import { percentText, signedPoints, signedInterval } from '../simulation/advice'

/** How well a reward model predicts, or why there is none; then what more labels would add. */
export function learningSentences({
  curve,
  decided,
  fewest,
}: Pick<LabelAnalysis, 'curve' | 'decided' | 'fewest'>): string[] {
  const last = curve?.points.at(-1)
  if (!curve || !last)
    return [
      l10n.t`A learning curve needs ${fewest.decided} preferences under ${fewest.prompts} prompts; the labels hold ${countedPreferences(decided)}.`,
    ]
  return [
    `${l10n.t`A small reward model predicts ${shareText(last)} of the preferences that it did not see; preferring the longer response, ${shareText(curve.longer)}.`} ${differenceSentence(curve.beyondLonger)}`,
    forecastSentence(curve.next),
  ]
}

/** Without any difference the interval has no width, which says nothing of other labels. */
const differenceSentence = (beyondLonger: Interval): string =>
  beyondLonger.mean === 0 && beyondLonger.low === beyondLonger.high
    ? l10n.t('Both predict the same ones.')
    : l10n.t`The difference is ${signedInterval(beyondLonger)} points.`

/** "68 % (61 to 75)" */
const shareText = ({ mean, low, high }: Interval): string =>
  l10n.t`${whole(mean)} % (${whole(low)} to ${whole(high)})`

const whole = (share: number): string => String(Math.round(100 * share))

/** What the next labels would add, or why that is unknown. */
export function forecastSentence({ labels, gain, unknown }: Forecast): string {
  switch (unknown) {
    case 'few':
      return l10n.t`What the next ${labels} labels would add is unknown: there are too few labels.`
    case 'wide':
      return l10n.t`What the next ${labels} labels would add is unknown: ${signedPoints(gain.low)} to ${signedPoints(gain.high)} points.`
    case null: {
      const stated = l10n.t`The next ${labels} labels: about ${signedPoints(gain.mean)} ± ${percentText((gain.high - gain.low) / 2)} points.`
      return gain.low <= 0 && gain.high >= 0
        ? `${stated} ${l10n.t('They may change nothing.')}`
        : stated
    }
  }
}

/** Why a label should be looked at again. */
export function reasonText(reason: LookAgainReason): string {
  switch (reason.kind) {
    case 'contradicted':
      return l10n.t`A model fitted to the other labels gives this label a probability of ${whole(reason.probability)} %.`
    case 'repeat':
      return l10n.t('Another label of the same texts says something else.')
    case 'fast':
      return l10n.t`Decided in ${secondsText(reason.seconds)} s; usual for this length: ${secondsText(reason.usualSeconds)} s.`
  }
}

const secondsText = (seconds: number): string => seconds.toFixed(seconds < 10 ? 1 : 0)
