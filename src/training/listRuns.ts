// The runs of a curation, by the folders on disk.
import * as l10n from '@vscode/l10n'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { type Failure, failureError, toFailure } from '../shared/errors'
import { exists, wasLaunched } from './runFolder'
import { TrainingRun } from './trainingRun'

/** A folder among the runs whose run.json is broken or missing. */
export interface UnreadableRun {
  id: string
  failure: Failure
}

export interface RunList {
  /** Oldest first. */
  runs: TrainingRun[]
  unreadable: UnreadableRun[]
}

/** Folders that were prepared and never launched are left out. */
export async function listRuns(runsFolder: string): Promise<RunList> {
  const list: RunList = { runs: [], unreadable: [] }
  if (!(await exists(runsFolder))) return list
  const entries = await readdir(runsFolder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  for (const name of names.sort()) {
    const folder = path.join(runsFolder, name)
    if (!(await wasLaunched(folder))) continue
    try {
      list.runs.push(await TrainingRun.open(folder))
    } catch (thrown) {
      list.unreadable.push({ id: name, failure: toFailure(thrown, folder) })
    }
  }
  return list
}

/** The run whose runner is alive on this machine. */
export async function liveRun(runsFolder: string): Promise<TrainingRun | undefined> {
  return (await listRuns(runsFolder)).runs.find(({ isHere }) => isHere)
}

/** @throws FailureError `not-found`, which names the runs that there are. */
export async function findRun(runsFolder: string, id: string): Promise<TrainingRun> {
  const folder = path.join(runsFolder, id)
  if (await exists(folder)) return TrainingRun.open(folder)
  const { runs } = await listRuns(runsFolder)
  const names = runs.map(({ file }) => file.id).join(', ')
  throw failureError('not-found', l10n.t`There is no run ${id}.`, {
    where: runsFolder,
    remedy: names === '' ? l10n.t('Start a run first.') : l10n.t`The runs are ${names}.`,
  })
}
