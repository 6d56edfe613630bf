// Training runs that are being set up, as the host would send them.
import { fieldGroups } from '../../../src/core/training/settings/formFields'
import { parseHyperparameters } from '../../../src/core/training/settings/hyperparameters'
import { countedTrainingRows } from '../../../src/core/training/needs/estimate'
import { METHODS } from '../../../src/core/training/methods/table'
import { PRESETS } from '../../../src/core/training/settings/presets'
import type { TrainingForm } from '../../../src/shared/trainingForm'
import { curation } from './samples'

/** The form of a DPO run on 14 pairs. */
export function trainingForm(
  changed: Readonly<Record<string, string>> = {},
  change: Partial<TrainingForm> = {},
  runs: readonly string[] = [],
): TrainingForm {
  const parsed = parseHyperparameters('dpo', 14, changed)
  if (!parsed.success) throw new Error(parsed.message)
  return {
    models: [
      { id: 'models/tiny', label: 'models/tiny' },
      { id: 'builtin:SmolLM2-135M-Instruct', label: 'SmolLM2-135M-Instruct (embedded)' },
    ],
    model: 'builtin:SmolLM2-135M-Instruct',
    methods: Object.values(METHODS).map(({ id, label, summary, rows }) => ({
      id,
      label,
      meaning: summary,
      rows: countedTrainingRows(rows, 14),
    })),
    method: 'dpo',
    presets: PRESETS.map(({ id, label, meaning }) => ({ id, label, meaning })),
    rounds: [],
    groups: fieldGroups('dpo', parsed.values, new Set(Object.keys(changed)), runs),
    plan: '14 pairs, 56 steps · LoRA 16 · learning rate 0.0001',
    problem: null,
    findings: [],
    isPreparing: false,
    ...change,
  }
}

export const SET_UP = curation({
  counts: { annotated: 16, pairs: 14 },
  training: trainingForm(
    { maxSteps: '20', learningRate: '0.00005' },
    {
      findings: [
        {
          message: 'Rows that compare a finished response with one that was cut off: 1.',
          positions: [7],
        },
        { message: 'Rows that hold an e-mail address: 2.', positions: [3, 11] },
      ],
    },
  ),
})
