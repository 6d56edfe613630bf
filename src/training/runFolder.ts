// The folder of a training run: what its files are called, and what they say of the run.
// Invariant I20.
import * as l10n from '@vscode/l10n'
import { access, readdir, readFile, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { jsonOf } from '../core/text/values'
import { type Regression, regressionSchema } from '../core/training/regression'
import { type TrainingRow, trainingRowSchema } from '../core/training/row'
import { DATA_FILE, parseRunFile, type RunFile } from '../core/training/runFile'
import { type FailedRecord, failedSchema } from '../core/training/state'
import { FailureError, failureError, toFailure } from '../shared/errors'
import { makeFolder } from '../store/files'

/** With less free space than this nothing can be written that matters. */
const LITTLE_SPACE = 1 << 20

const NAMES = {
  run: 'run.json',
  metrics: 'metrics.jsonl',
  log: 'log.txt',
  process: 'process.json',
  stopped: 'stopped',
  pause: 'pause',
  paused: 'paused',
  holder: 'holder.json',
  failed: 'failed',
  checkpoints: 'checkpoints',
  model: 'model',
  regression: 'regression.json',
  base: 'base.json',
  inspection: 'inspection.json',
  machine: 'machine.json',
  report: 'report.md',
} as const
type Part = keyof typeof NAMES

const processSchema = z.object({ pid: z.number() })

/** Everything of a run lies in its folder, which may be moved or renamed. */
export const runPath = (folder: string, part: Part): string => path.join(folder, NAMES[part])

/** A folder that no other run has: of several runs of one second the later ones get a number. */
export async function newRunFolder(runs: string, method: string, now: Date): Promise<string> {
  const name = `${now.toISOString().slice(0, 19).replaceAll(':', '-')}-${method}`
  await makeFolder(runs)
  for (let number = 1; ; number++) {
    const folder = path.join(runs, number === 1 ? name : `${name}-${number}`)
    if (await makeFolder(folder)) return folder
  }
}

/** The time in the id of a run, which names its folder; ISO 8601. */
export function startOf(id: string): string | null {
  const [, day, hour, minute, second] = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-/.exec(id) ?? []
  return day === undefined ? null : `${day}T${hour}:${minute}:${second}Z`
}

/** @throws FailureError `bad-input` or `not-found` with the path of run.json. */
export async function readRunFile(folder: string): Promise<RunFile> {
  const where = runPath(folder, 'run')
  const text = await readFile(where, 'utf8').catch((thrown: unknown) => {
    const remedy = l10n.t('Name the folder of a run, which has this file, or restore it.')
    throw new FailureError({ ...toFailure(thrown, where), remedy }, { cause: thrown })
  })
  const parsed = parseRunFile(text, where)
  if (!parsed.success) throw new FailureError(parsed.failure)
  return parsed.file
}

/** Whether a runner was ever launched: a folder that was only prepared has neither file. */
export async function wasLaunched(folder: string): Promise<boolean> {
  return (await exists(runPath(folder, 'log'))) || (await exists(runPath(folder, 'metrics')))
}

export async function recordProcess(folder: string, pid: number): Promise<void> {
  await writeFile(runPath(folder, 'process'), `${JSON.stringify({ pid })}\n`)
}

/** The runner's process id; null where no runner was recorded. */
export async function readProcess(folder: string): Promise<number | null> {
  return (await readRecord(runPath(folder, 'process'), processSchema))?.pid ?? null
}

/** Why the runner gave up; null when it did not say. */
export const readFailed = (folder: string): Promise<FailedRecord | null> =>
  readRecord(runPath(folder, 'failed'), failedSchema)

/** The figures before and after the run; null where there are none. */
export const readRegression = (folder: string): Promise<Regression | null> =>
  readRecord(runPath(folder, 'regression'), regressionSchema)

/** The content of a JSON file; null where the file is missing or has another shape. */
export async function readRecord<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return null
  }
}

/**
 * The rows of a run without those of another shape; null where the file is missing.
 * @throws FailureError `bad-input` with the place of the first line that is not JSON.
 */
export async function readTrainingRows(folder: string): Promise<TrainingRow[] | null> {
  const file = path.join(folder, DATA_FILE)
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return null
  return text
    .split('\n')
    .flatMap((line, index) => (line === '' ? [] : rowOf(line, `${file}:${index + 1}`)))
}

function rowOf(line: string, where: string): TrainingRow[] {
  const content = jsonOf(line)
  if (content === undefined)
    throw failureError('bad-input', l10n.t('A row of the run is damaged: it is not JSON.'), {
      where,
      remedy: l10n.t('Restore the file. Without it the report says nothing of the rows.'),
    })
  const { data } = trainingRowSchema.safeParse(content)
  return data === undefined ? [] : [data]
}

export async function lastLogLine(folder: string): Promise<string> {
  const log = await readFile(runPath(folder, 'log'), 'utf8').catch(() => '')
  const lines = log.trimEnd().split(/[\r\n]/)
  return lines.at(-1)?.trim() ?? ''
}

/** Whether a checkpoint was saved to its end: the trainer writes its state last. */
export async function hasCheckpoint(folder: string): Promise<boolean> {
  const checkpoints = runPath(folder, 'checkpoints')
  const names = await readdir(checkpoints).catch(() => [])
  for (const name of names)
    if (await exists(path.join(checkpoints, name, 'trainer_state.json'))) return true
  return false
}

export async function isDiskFull(folder: string): Promise<boolean> {
  const stats = await statfs(folder).catch(() => null)
  return stats !== null && stats.bavail * stats.bsize < LITTLE_SPACE
}

export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
