// Direct Preference Optimization: docs/methods/dpo.md.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { nullable } from '../settings/nullable'
import { PAIR_FIGURES } from './figures'
import type { MethodDefinition } from './method'
import { beta, previousRun } from './parameters'

/** The losses of pairs of TRL 1.16. Its `sft` is left out: it reads no preference. */
const LOSSES = [
  'sigmoid',
  'hinge',
  'ipo',
  'exo_pair',
  'nca_pair',
  'robust',
  'bco_pair',
  'sppo_hard',
  'aot',
  'aot_unpaired',
  'apo_zero',
  'apo_down',
  'discopop',
  'sigmoid_norm',
] as const

const SMOOTHED: readonly (typeof LOSSES)[number][] = ['exo_pair', 'robust', 'aot', 'aot_unpaired']

export const dpo = {
  id: 'dpo',
  label: 'DPO',
  summary: l10n.t('Chosen responses become more likely than rejected ones; the place to begin.'),
  paper: { title: l10n.t('Direct Preference Optimization'), arxiv: '2305.18290' },
  rows: 'pairs',
  own: z
    .strictObject({
      beta: beta(0.1),
      loss: z
        .enum(LOSSES)
        .default('sigmoid')
        .describe('The loss, by TRL’s name: sigmoid is that of the paper.'),
      labelSmoothing: nullable(z.coerce.number().min(0).lt(0.5))
        .default(null)
        .describe(
          'Share of the labels assumed to be wrong; without a value that of the loss: 0.001 for exo_pair, 0.1 for robust, else 0.',
        ),
      previous: previousRun,
    })
    .superRefine(({ loss, labelSmoothing }, context) => {
      if (labelSmoothing !== null && labelSmoothing > 0 && !SMOOTHED.includes(loss))
        context.addIssue(
          l10n.t`labelSmoothing has no effect on the loss ${loss}; it has on ${SMOOTHED.join(', ')}.`,
        )
      if (loss === 'exo_pair' && labelSmoothing === 0)
        context.addIssue(l10n.t('The loss exo_pair needs a labelSmoothing above 0.'))
    }),
  figures: PAIR_FIGURES,
} as const satisfies MethodDefinition
