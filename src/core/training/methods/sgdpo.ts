// Self-Guided DPO: docs/methods/sgdpo.md.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { PAIR_FIGURES } from './figures'
import type { MethodDefinition } from './method'
import { beta, previousRun } from './parameters'

const share = z.coerce.number().min(0).max(1)

export const sgdpo = {
  id: 'sgdpo',
  label: 'SGDPO',
  summary: l10n.t('DPO in which random parts of the responses guide how far each side moves.'),
  paper: { title: l10n.t('Self-Guided Direct Preference Optimization'), arxiv: '2505.12435' },
  rows: 'pairs',
  own: z.strictObject({
    beta: beta(0.1),
    r1: share
      .default(0.6)
      .describe('Tokens of the chosen response in its pilot, as a share of the shorter response.'),
    r2: share
      .default(0.9)
      .describe(
        'Tokens of the rejected response in its pilot, as a share of the shorter response.',
      ),
    previous: previousRun,
  }),
  figures: PAIR_FIGURES,
} as const satisfies MethodDefinition
