// The reward model that a training run of the curation made.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { failureError } from '../../shared/errors'
import type { CurationPaths } from '../../store/curationPaths'

/** The folder of a run that holds what it trained. */
const TRAINED = 'model'

/** @throws FailureError `not-found` for a run without a trained model. */
export function runRewardModel({ runs }: Pick<CurationPaths, 'runs'>, run: string): string {
  const folder = path.join(runs, path.basename(run), TRAINED)
  if (existsSync(folder)) return folder
  throw failureError('not-found', l10n.t('The run has no trained model.'), {
    where: folder,
    remedy: l10n.t('Name a finished run of the method “reward”.'),
  })
}
