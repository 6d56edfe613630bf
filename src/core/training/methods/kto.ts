// Kahneman-Tversky Optimization: docs/methods/kto.md.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import {
  GRADIENT_FIGURES,
  LOSS_FIGURES,
  LOG_PROBABILITIES,
  MARGIN_FIGURES,
  REWARDS,
} from './figures'
import type { MethodDefinition } from './method'
import { beta, previousRun } from './parameters'

const weight = z.coerce.number().gt(0).default(1)

export const kto = {
  id: 'kto',
  label: 'KTO',
  summary: l10n.t('Learns from single good and bad responses; “all bad” counts, too.'),
  paper: { title: l10n.t('Kahneman-Tversky Optimization'), arxiv: '2402.01306' },
  rows: 'labelled',
  own: z.strictObject({
    beta: beta(0.1),
    desirableWeight: weight.describe('Weight of the loss of desirable responses.'),
    undesirableWeight: weight.describe('Weight of the loss of undesirable responses.'),
    previous: previousRun,
  }),
  figures: [
    ...LOSS_FIGURES,
    ...MARGIN_FIGURES,
    {
      id: 'rewardDesirable',
      label: l10n.t('Reward of desirable responses'),
      chart: REWARDS,
      better: null,
    },
    {
      id: 'rewardUndesirable',
      label: l10n.t('Reward of undesirable responses'),
      chart: REWARDS,
      better: null,
    },
    {
      id: 'logpDesirable',
      label: l10n.t('Log-probability of desirable responses'),
      chart: LOG_PROBABILITIES,
      better: null,
    },
    {
      id: 'logpUndesirable',
      label: l10n.t('Log-probability of undesirable responses'),
      chart: LOG_PROBABILITIES,
      better: null,
    },
    {
      id: 'kl',
      label: l10n.t('KL from the initial model'),
      chart: l10n.t('KL from the initial model'),
      better: null,
    },
    ...GRADIENT_FIGURES,
  ],
} as const satisfies MethodDefinition
