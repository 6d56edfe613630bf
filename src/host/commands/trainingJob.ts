// A training run as a job of a cluster: asks for its kind and its script, and writes both.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import * as vscode from 'vscode'
import type { JobKind } from '../../core/training/job/jobScripts'
import type { Curation } from '../../curation/curation'
import { jobHosts } from '../../training/jobHosts'
import type { RunRequest } from '../../training/prepareRun'
import type { TrainingService } from '../trainingService'

/** Whether it was written; false when the user cancelled. */
export async function writeJobScript(
  curation: Curation,
  training: TrainingService,
  request: RunRequest,
): Promise<boolean> {
  const kinds: { label: string; detail: string; job: JobKind }[] = [
    { label: 'SLURM', detail: l10n.t('A script for sbatch.'), job: 'slurm' },
    { label: 'Ray', detail: l10n.t('A script that calls ray job submit.'), job: 'ray' },
  ]
  const title = l10n.t('Write Job Script')
  const picked = await vscode.window.showQuickPick(kinds, { title, ignoreFocusOut: true })
  if (!picked) return false
  const hosts = jobHosts(picked.job, request.common)
  const target = await vscode.window.showSaveDialog({
    title,
    defaultUri: vscode.Uri.file(path.join(curation.paths.base, 'job.sh')),
    filters: { [l10n.t('Shell script')]: ['sh'] },
  })
  if (!target) return false
  const prepared = await training.prepare(curation, request, { isElsewhere: true })
  if (!prepared) return false
  await prepared.asJob(picked.job, target.fsPath, hosts)
  await vscode.window.showTextDocument(target, { preview: true })
  return true
}
