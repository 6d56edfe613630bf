// Accelerated Preference Optimization: docs/methods/accelerated.md.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { PAIR_FIGURES } from './figures'
import type { MethodDefinition } from './method'
import { beta, previousRun } from './parameters'

export const accelerated = {
  id: 'accelerated',
  label: l10n.t('Accelerated PO'),
  summary: l10n.t('DPO in rounds; each round ends further along its own step.'),
  paper: { title: l10n.t('Accelerated Preference Optimization'), arxiv: '2410.06293' },
  rows: 'pairs',
  own: z.strictObject({
    beta: beta(0.1),
    alpha: z.coerce
      .number()
      .min(0)
      .lt(1)
      .default(0.25)
      .describe('α: how much further, as a share of the round’s step; 0 is DPO in rounds.'),
    previous: previousRun.describe(
      'The run of the round before: the name of its folder in runs. Without a value it is the first round.',
    ),
  }),
  figures: PAIR_FIGURES,
} as const satisfies MethodDefinition
