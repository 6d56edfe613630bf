// What is written of a training run for people and other programs: its report, its figures.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import * as vscode from 'vscode'
import type { Curation } from '../../curation/curation'
import { failureError } from '../../shared/errors'
import { writeFigures } from '../../training/figuresFile'
import { writeReport } from '../../training/report'
import type { TrainingRun } from '../../training/trainingRun'
import type { FollowedRuns } from '../followedRuns'
import type { Command, CommandServices } from './command'

/** Writes the report of a run and shows it as a page. */
export const openReport: Command = async (services, uri) => {
  const opened = await openWithRuns(services, uri)
  if (!opened) return
  const run = await pickRun(services.runs, opened)
  if (run) await showReport(opened, run)
}

export const openReportOf =
  (id: string): Command =>
  async (services, uri) => {
    const curation = await openWithRuns(services, uri)
    const run = curation && services.runs.find(curation, id)
    if (run) await showReport(curation, run)
  }

/** Writes the figures of a run as CSV or as a picture: the ending of the name decides. */
export const exportFiguresOf =
  (id: string): Command =>
  async (services, uri) => {
    const curation = await openWithRuns(services, uri)
    const run = curation && services.runs.find(curation, id)
    if (!run) return
    const target = await vscode.window.showSaveDialog({
      title: l10n.t('Export Figures'),
      defaultUri: vscode.Uri.file(path.join(curation.paths.base, `${id}.csv`)),
      filters: { [l10n.t('Numbers')]: ['csv'], [l10n.t('Picture')]: ['svg'] },
    })
    if (!target) return
    await writeFigures(run, formatOf(target.fsPath), target.fsPath)
    await vscode.commands.executeCommand('vscode.open', target, { preview: true })
  }

/** @throws FailureError `bad-input` for another ending. */
function formatOf(file: string): 'csv' | 'svg' {
  const ending = path.extname(file).toLowerCase()
  if (ending === '.csv') return 'csv'
  if (ending === '.svg') return 'svg'
  throw failureError('bad-input', l10n.t('Figures are written as .csv or .svg.'), {
    where: file,
    remedy: l10n.t('Name a file with one of these endings.'),
  })
}

async function showReport(curation: Curation, run: TrainingRun): Promise<void> {
  const { file } = await writeReport(curation, run)
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(file))
}

async function openWithRuns(
  { curations }: CommandServices,
  uri: vscode.Uri | undefined,
): Promise<Curation | undefined> {
  const document = await curations.pick(uri)
  document?.showFailure(null)
  return document?.open()
}

/** The only run, or the one that the user picks. */
async function pickRun(
  followed: FollowedRuns,
  curation: Curation,
): Promise<TrainingRun | undefined> {
  const runs = followed.all(curation)
  if (runs.length === 0)
    throw failureError('not-found', l10n.t('There is no training run yet.'), {
      where: curation.paths.runs,
      remedy: l10n.t('Start a training run first.'),
    })
  if (runs.length === 1) return runs[0]
  const items = runs.toReversed().map((run) => ({ label: run.file.id, run }))
  const picked = await vscode.window.showQuickPick(items, {
    title: l10n.t('Open Run Report'),
    placeHolder: l10n.t('The report of which run?'),
  })
  return picked?.run
}
