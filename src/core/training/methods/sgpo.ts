// Stackelberg Game Preference Optimization: docs/methods/sgpo.md.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { PAIR_FIGURES } from './figures'
import type { MethodDefinition } from './method'
import { beta, flag, previousRun } from './parameters'

/** The hyper-parameter that asks for pairs that nobody has labelled. */
export const SELF_ANNOTATE = 'selfAnnotate'

export const sgpo = {
  id: 'sgpo',
  label: 'SGPO',
  summary: l10n.t(
    'DPO against the worst labels near the given ones; continues from a run on the first labels.',
  ),
  paper: { title: l10n.t('Stackelberg Game Preference Optimization'), arxiv: '2502.18099' },
  rows: 'pairs',
  own: z.strictObject({
    beta: beta(0.1),
    epsilon: z.coerce
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe('ε: how far the follower moves the pairs in the mean; 0 is DPO.'),
    pieces: z.coerce
      .number()
      .int()
      .min(2)
      .default(6)
      .describe('Tangents by which the follower approximates the loss.'),
    previous: previousRun.describe(
      'The run on the first labels, or of the round before: the name of its folder in runs. It is needed.',
    ),
    [SELF_ANNOTATE]: flag
      .default(false)
      .describe(
        'Train on selections that nobody has labelled as well; the model of the earlier run says which response is better.',
      ),
  }),
  figures: PAIR_FIGURES,
} as const satisfies MethodDefinition
