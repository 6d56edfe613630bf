// Hyper-parameters that are set together.
import * as l10n from '@vscode/l10n'

export interface Preset {
  id: string
  label: string
  meaning: string
  values: Readonly<Record<string, string>>
}

export const PRESETS: readonly Preset[] = [
  {
    id: 'default',
    label: l10n.t('Default'),
    meaning: l10n.t('Values that follow from the number of rows.'),
    values: {},
  },
  {
    id: 'quick',
    label: l10n.t('Quick check'),
    meaning: l10n.t('Ten steps on short rows: shows that everything runs. Trains little.'),
    // KTO needs two rows in a batch.
    values: { maxSteps: '10', maxLength: '512', batchSize: '2', gradientAccumulation: '1' },
  },
  {
    id: 'gpu',
    label: l10n.t('One GPU'),
    meaning: l10n.t('Larger batches and longer rows, for a GPU with 24 GB or more.'),
    values: { batchSize: '8', gradientAccumulation: '2', maxLength: '2048' },
  },
  {
    id: 'gpus',
    label: l10n.t('Several GPUs'),
    meaning: l10n.t(
      'The steps of One GPU shared by two processes, one for each GPU. With more GPUs, raise processes.',
    ),
    values: { batchSize: '8', gradientAccumulation: '1', maxLength: '2048', processes: '2' },
  },
]
