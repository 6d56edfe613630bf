// The runs of a curation, by the folders on disk.
// Invariant I22.
import * as l10n from '@vscode/l10n'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { isRunnerAlive } from '../processes/pythonRunner'
import { type Failure, failureError, toFailure } from '../shared/errors'
import { exists, readProcess, wasLaunched } from './runFolder'
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
  for (const folder of await foldersIn(runsFolder)) {
    if (!(await wasLaunched(folder))) continue
    try {
      list.runs.push(await TrainingRun.open(folder))
    } catch (thrown) {
      list.unreadable.push({ id: path.basename(folder), failure: toFailure(thrown, folder) })
    }
  }
  return list
}

/**
 * The run that no other run of the curation may be started beside: one whose runner is alive on
 * this machine. A job of a cluster is not; its machine is another.
 */
export const runUnderWay = (runs: readonly TrainingRun[]): TrainingRun | undefined =>
  runs.find(({ isHere }) => isHere)

/**
 * {@link runUnderWay} of the runs on disk. A queue asks for it every second: the figures of
 * other runs are not read.
 */
export async function liveRun(runsFolder: string): Promise<TrainingRun | undefined> {
  for (const folder of await foldersIn(runsFolder)) {
    const pid = await readProcess(folder)
    if (pid === null || !(await isRunnerAlive(pid, folder))) continue
    const run = await TrainingRun.open(folder).catch(() => null)
    if (run?.isHere) return run
  }
  return undefined
}

/** Ascending by name; none where there is no such folder. */
async function foldersIn(runsFolder: string): Promise<string[]> {
  if (!(await exists(runsFolder))) return []
  const entries = await readdir(runsFolder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  return names.sort().map((name) => path.join(runsFolder, name))
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
