// Figures that several methods record.
import * as l10n from '@vscode/l10n'
import type { Figure } from '../../../shared/runProtocol'

const LOSS = l10n.t('Loss')
const MARGIN = l10n.t('Reward margin')
const ACCURACY = l10n.t('Reward accuracy')
export const REWARDS = l10n.t('Rewards')
export const LOG_PROBABILITIES = l10n.t('Log-probabilities')

export const LOSS_FIGURES: readonly Figure[] = [
  { id: 'loss', label: LOSS, chart: LOSS, better: 'lower' },
  { id: 'heldOutLoss', label: l10n.t('Held-out loss'), chart: LOSS, better: 'lower' },
]

export const MARGIN_FIGURES: readonly Figure[] = [
  { id: 'rewardMargin', label: MARGIN, chart: MARGIN, better: 'higher' },
  { id: 'heldOutMargin', label: l10n.t('Held-out margin'), chart: MARGIN, better: 'higher' },
]

export const ACCURACY_FIGURES: readonly Figure[] = [
  { id: 'rewardAccuracy', label: l10n.t('Accuracy'), chart: ACCURACY, better: 'higher' },
  { id: 'heldOutAccuracy', label: l10n.t('Held-out accuracy'), chart: ACCURACY, better: 'higher' },
]

const RATE = l10n.t('Learning rate')
const NORM = l10n.t('Gradient norm')

/** Of the optimiser: they say how a run goes, and nothing of its model. */
export const GRADIENT_FIGURES: readonly Figure[] = [
  { id: 'learningRate', label: RATE, chart: RATE, better: null, isFolded: true },
  { id: 'gradNorm', label: NORM, chart: NORM, better: null, isFolded: true },
]

/** Of methods with a reference model and pairs of responses. */
export const PAIR_FIGURES: readonly Figure[] = [
  ...LOSS_FIGURES,
  ...MARGIN_FIGURES,
  ...ACCURACY_FIGURES,
  { id: 'rewardChosen', label: l10n.t('Reward of chosen'), chart: REWARDS, better: null },
  { id: 'rewardRejected', label: l10n.t('Reward of rejected'), chart: REWARDS, better: null },
  {
    id: 'logpChosen',
    label: l10n.t('Log-probability of chosen'),
    chart: LOG_PROBABILITIES,
    better: null,
  },
  {
    id: 'logpRejected',
    label: l10n.t('Log-probability of rejected'),
    chart: LOG_PROBABILITIES,
    better: null,
  },
  ...GRADIENT_FIGURES,
]
