// Reward models: docs/methods/reward.md.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { mean } from '../../annotation/statistics'
import { tiersAbove } from '../../annotation/tiers'
import {
  ACCURACY_FIGURES,
  GRADIENT_FIGURES,
  LOSS_FIGURES,
  MARGIN_FIGURES,
  REWARDS,
} from './figures'
import type { AnnotatedPair, MethodDefinition } from './method'

export const reward = {
  id: 'reward',
  label: l10n.t('Reward model'),
  summary: l10n.t('A model that scores responses as the annotators do; it generates none.'),
  paper: { title: l10n.t('Learning to Summarize from Human Feedback'), arxiv: '2009.01325' },
  rows: 'pairs',
  generates: false,
  pairValues: (pair, own) => ({
    success: true,
    values: { margin: Number(own['margin']) * tiersBetween(pair) },
  }),
  own: z.strictObject({
    margin: z.coerce
      .number()
      .min(0)
      .default(1)
      .describe(
        'How much larger the difference of rewards must be per tier between two responses.',
      ),
    center: z.coerce
      .number()
      .min(0)
      .default(0)
      .describe('Weight of a term that keeps rewards around 0; TRL recommends 0.01.'),
  }),
  figures: [
    ...LOSS_FIGURES,
    ...MARGIN_FIGURES,
    ...ACCURACY_FIGURES,
    { id: 'rewardMean', label: l10n.t('Mean reward'), chart: REWARDS, better: null },
    ...GRADIENT_FIGURES,
  ],
} as const satisfies MethodDefinition

/** In the mean of the annotators: 0 for neighbouring tiers, as in every ranking of two. */
function tiersBetween({ chosen, rejected, preferences }: AnnotatedPair): number {
  const above = preferences.flatMap((each) => tiersAbove(each, chosen.id, rejected.id) ?? [])
  return Math.max(0, (mean(above) ?? 0) - 1)
}
