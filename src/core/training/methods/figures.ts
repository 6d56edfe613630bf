// Figures that every method with a reference model and pairs of responses records.
import type { Figure } from '../../../shared/runProtocol'

const MARGIN = 'Reward margin'
const ACCURACY = 'Reward accuracy'

export const PAIR_FIGURES: readonly Figure[] = [
  { id: 'loss', label: 'Loss', chart: 'Loss', better: 'lower' },
  { id: 'heldOutLoss', label: 'Held-out loss', chart: 'Loss', better: 'lower' },
  { id: 'rewardMargin', label: 'Reward margin', chart: MARGIN, better: 'higher' },
  { id: 'heldOutMargin', label: 'Held-out margin', chart: MARGIN, better: 'higher' },
  { id: 'rewardAccuracy', label: 'Accuracy', chart: ACCURACY, better: 'higher' },
  { id: 'heldOutAccuracy', label: 'Held-out accuracy', chart: ACCURACY, better: 'higher' },
  { id: 'rewardChosen', label: 'Reward of chosen', chart: 'Rewards', better: null },
  { id: 'rewardRejected', label: 'Reward of rejected', chart: 'Rewards', better: null },
  {
    id: 'logpChosen',
    label: 'Log-probability of chosen',
    chart: 'Log-probabilities',
    better: null,
  },
  {
    id: 'logpRejected',
    label: 'Log-probability of rejected',
    chart: 'Log-probabilities',
    better: null,
  },
  { id: 'learningRate', label: 'Learning rate', chart: null, better: null },
  { id: 'gradNorm', label: 'Gradient norm', chart: null, better: null },
]
