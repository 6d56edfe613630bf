// Figures of a model before and after its training, as a table.
import * as l10n from '@vscode/l10n'
import { table } from './markdown'
import { comparedText } from '../charts/figureText'

interface TwoFigures {
  label: string
  unit?: 'number' | 'share'
  before: number | null
  after: number | null
}

export const beforeAndAfter = (figures: readonly TwoFigures[]): string =>
  table(
    [l10n.t('Figure'), l10n.t('Before'), l10n.t('After')],
    figures.map(({ label, unit, before, after }) => [
      label,
      comparedText(before, unit),
      comparedText(after, unit),
    ]),
    ['left', 'right', 'right'],
  )
