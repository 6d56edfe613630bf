// A run before it starts: its folder is written, and the runner has inspected the rows. Nothing is
// trained until it is launched; a run that is not wanted is discarded.
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { planSentence } from '../core/training/needs/estimate'
import type { JobKind } from '../core/training/job/jobScripts'
import type { Hyperparameters } from '../core/training/settings/hyperparameters'
import type { Inspection } from '../core/training/inspection'
import { type MethodId, methodOf } from '../core/training/methods/table'
import { rowLengths } from '../core/training/needs/needs'
import { rowsFile, type TrainingRow } from '../core/training/row'
import { DATA_FILE, type RunFile } from '../core/training/runFile'
import type { Curation } from '../curation/curation'
import type { Engine } from '../curation/engine'
import type { NamedAnnotators } from '../curation/dataSet/comparisons'
import type { Runner } from '../processes/pythonRunner'
import { type Failure, FailureError } from '../shared/errors'
import { replaceFile } from '../store/atomicFile'
import { inspectRows } from './inspectRows'
import { writeJob } from './job'
import { launch, type Queue } from './launch'
import { listRuns } from './listRuns'
import { measuredSpeed, runFacts, runNeeds, type RunNeeds } from './needs'
import { withPromptTokens } from './promptTokens'
import { trainingRows } from './rows'
import { newRunFolder, readRunFile, runPath } from './runFolder'
import { TrainingRun } from './trainingRun'

export interface RunRequest extends Hyperparameters {
  method: MethodId
  /** A folder in Hugging Face format, or a hub id. */
  model: string
  /** The rounds whose annotations are trained on; by default all. */
  rounds?: readonly number[]
  /** Those whose preferences are trained on; by default everyone but the judges. */
  annotators?: NamedAnnotators
}

export interface PrepareOptions {
  runner: Runner
  /** Asked for only when a row was sampled by a model on this machine. */
  engine: () => Engine
  signal: AbortSignal
  now: Date
  /** How many rows the {@link Inspection} holds as tokens; none by default. */
  tokens?: number
  /** Whether the run is for a job on another machine. */
  isElsewhere?: boolean
}

export class PreparedRun {
  constructor(
    private readonly folder: string,
    private readonly runner: Runner,
    /** Its problems are counted and named. */
    readonly inspection: Inspection,
    /** "14 pairs, 2 of them held out, 56 steps, about 4 minutes". */
    readonly plan: string,
    readonly needs: RunNeeds,
    /** Why it cannot start: what its fatal problems say. */
    readonly refusal: Failure | null,
  ) {}

  /**
   * @param queue what to do while another run is under way; by default the launch fails.
   * @throws FailureError with the {@link refusal}, `busy`, `cancelled`; the spawn error when Python
   *   cannot be started. No folder is left then.
   */
  async launch(queue?: Queue): Promise<TrainingRun> {
    try {
      if (this.refusal) throw new FailureError(this.refusal)
      await launch(this.folder, this.runner, { queue })
    } catch (thrown) {
      await this.discard()
      throw thrown
    }
    return TrainingRun.open(this.folder)
  }

  /**
   * Keeps the run for a job, and writes the script that is submitted.
   * @param hosts how many the job runs on.
   * @returns the id of the run.
   * @throws FailureError with the {@link refusal}, or where the script cannot be written. No folder
   *   is left then.
   */
  async asJob(kind: JobKind, script: string, hosts: number): Promise<string> {
    try {
      if (this.refusal) throw new FailureError(this.refusal)
      const file = await readRunFile(this.folder)
      await writeJob(this.folder, file, this.runner, { kind, script, hosts })
      return file.id
    } catch (thrown) {
      await this.discard()
      throw thrown
    }
  }

  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

/**
 * Writes the folder of a run and has the runner inspect its rows.
 * @throws FailureError `bad-input` for too few rows or a model that cannot be trained,
 *   `training-failed` when the runner breaks, `cancelled`. No folder is left then.
 */
export async function prepareRun(
  curation: Curation,
  request: RunRequest,
  { runner, engine, signal, now, tokens = 0, isElsewhere = false }: PrepareOptions,
): Promise<PreparedRun> {
  const { runs, output } = curation.paths
  await curation.dataSet.settled()
  await curation.dataSet.write()
  const rows = await withPromptTokens(
    trainingRows(curation, request),
    curation.paths,
    engine,
    signal,
  )
  const folder = await newRunFolder(runs, request.method, now)
  try {
    const file = await writeRun(folder, curation.round.number, request, rows)
    const inspection = await inspectRows(runner, folder, { tokens, isElsewhere }, signal)
    const { kept, heldOutRows, steps } = inspection
    const needs = await needsOf(file, rows, steps, { runs, models: modelsFolder(runner) })
    const kind = methodOf(request.method).rows
    const { seconds = null, isRough = false } = needs.time ?? {}
    const plan = planSentence({ kind, rows: kept, heldOut: heldOutRows, steps, seconds, isRough })
    return new PreparedRun(folder, runner, inspection, plan, needs, refusalOf(inspection, output))
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true })
    throw thrown
  }
}

/** The embedded models lie beside the sources of the runner. */
export const modelsFolder = ({ trainingFolder }: Pick<Runner, 'trainingFolder'>): string =>
  path.join(path.dirname(trainingFolder), 'models')

async function needsOf(
  file: RunFile,
  rows: readonly TrainingRow[],
  steps: number,
  { runs, models }: { runs: string; models: string },
): Promise<RunNeeds> {
  const { runs: earlier } = await listRuns(runs)
  const facts = runFacts(file.model, models, earlier, await measuredSpeed(earlier, models))
  return runNeeds(file, steps, rowLengths(rows, file.common.maxLength), facts)
}

/**
 * Writes run.json and the rows into the folder of a run.
 * @throws FailureError with the file that cannot be written.
 */
export async function writeRun(
  folder: string,
  round: number,
  { method, model, rounds, common, own, annotators }: RunRequest,
  rows: readonly TrainingRow[],
): Promise<RunFile> {
  const { text, sha256 } = rowsFile(rows)
  const file: RunFile = {
    version: 1,
    id: path.basename(folder),
    method,
    ...(round === 1 ? {} : { round }),
    ...(rounds === undefined ? {} : { rounds: rounds.join(',') }),
    ...(annotators === undefined ? {} : { annotators: annotators.names.join(',') }),
    model,
    dataset: DATA_FILE,
    datasetSha256: sha256,
    common,
    own,
  }
  await replaceFile(path.join(folder, DATA_FILE), [text])
  await replaceFile(runPath(folder, 'run'), [`${JSON.stringify(file, null, 2)}\n`])
  return file
}

function refusalOf({ problems }: Inspection, where: string): Failure | null {
  const fatal = problems.filter((problem) => problem.fatal)
  if (fatal.length === 0) return null
  return { code: 'bad-input', message: fatal.map(({ message }) => message).join(' '), where }
}
