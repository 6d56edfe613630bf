// Direct Preference Optimization: docs/methods/dpo.md.
import { z } from 'zod'
import { PAIR_FIGURES } from './figures'
import type { MethodDefinition } from './method'

export const dpo = {
  id: 'dpo',
  label: 'DPO',
  paper: { title: 'Direct Preference Optimization', arxiv: '2305.18290' },
  rows: 'pairs',
  own: z.strictObject({
    beta: z.coerce
      .number()
      .gt(0)
      .default(0.1)
      .describe('β: how strongly the trained model is kept close to the reference model.'),
    loss: z.enum(['sigmoid']).default('sigmoid').describe('The loss, by TRL’s name.'),
    labelSmoothing: z.coerce
      .number()
      .min(0)
      .lt(0.5)
      .default(0)
      .describe('Share of the labels assumed to be wrong.'),
  }),
  figures: PAIR_FIGURES,
} as const satisfies MethodDefinition
