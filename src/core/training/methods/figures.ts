// Figures that every method with a reference model and pairs of responses records.
import * as l10n from '@vscode/l10n'
import type { Figure } from '../../../shared/runProtocol'

const MARGIN = l10n.t('Reward margin')
const ACCURACY = l10n.t('Reward accuracy')

export const PAIR_FIGURES: readonly Figure[] = [
  { id: 'loss', label: 'Loss', chart: 'Loss', better: 'lower' },
  { id: 'heldOutLoss', label: l10n.t('Held-out loss'), chart: 'Loss', better: 'lower' },
  { id: 'rewardMargin', label: l10n.t('Reward margin'), chart: MARGIN, better: 'higher' },
  { id: 'heldOutMargin', label: l10n.t('Held-out margin'), chart: MARGIN, better: 'higher' },
  { id: 'rewardAccuracy', label: 'Accuracy', chart: ACCURACY, better: 'higher' },
  { id: 'heldOutAccuracy', label: l10n.t('Held-out accuracy'), chart: ACCURACY, better: 'higher' },
  { id: 'rewardChosen', label: l10n.t('Reward of chosen'), chart: 'Rewards', better: null },
  { id: 'rewardRejected', label: l10n.t('Reward of rejected'), chart: 'Rewards', better: null },
  {
    id: 'logpChosen',
    label: l10n.t('Log-probability of chosen'),
    chart: 'Log-probabilities',
    better: null,
  },
  {
    id: 'logpRejected',
    label: l10n.t('Log-probability of rejected'),
    chart: 'Log-probabilities',
    better: null,
  },
  { id: 'learningRate', label: l10n.t('Learning rate'), chart: null, better: null },
  { id: 'gradNorm', label: l10n.t('Gradient norm'), chart: null, better: null },
]
