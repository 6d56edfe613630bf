// Figures of a model before and after its training, as a table.
import * as l10n from '@vscode/l10n'
import { table } from './markdown'
import { figureText } from '../figureText'

interface TwoFigures {
  label: string
  before: number | null
  after: number | null
}

export const beforeAndAfter = (figures: readonly TwoFigures[]): string =>
  table(
    [l10n.t('Figure'), l10n.t('Before'), l10n.t('After')],
    figures.map(({ label, before, after }) => [label, text(before), text(after)]),
    ['left', 'right', 'right'],
  )

const text = (value: number | null): string => (value === null ? '' : figureText(value))
