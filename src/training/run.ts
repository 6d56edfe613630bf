// One training run: started from a curation's data set, followed and stopped through its folder,
// also after a window reload.
import { access, copyFile, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ProgressEstimate } from '../core/progress'
import {
  type Hyperparameters,
  type Metric,
  metricSchema,
  type RunFile,
  runFileSchema,
} from '../core/formats/run'
import { makeFolder } from '../store/files'
import { Journal } from '../store/journal'
import { checkDataset } from './dataset'
import { isRunnerAlive, launchRun, type Runner } from '../processes/pythonRunner'
import { stopProcessGroup } from '../processes/processGroup'
import type { TrainingMethod } from '../shared/domain'
import type { RunView } from '../shared/editorProtocol'
import { failureError, type Failure, toFailure } from '../shared/errors'
import type { Curation } from '../curation/curation'

export interface RunRequest {
  method: TrainingMethod
  /** A folder in Hugging Face format, or a hub id. */
  model: string
  hyperparameters: Hyperparameters
}

export class TrainingRun {
  private readonly points = new Map<number, Metric>()
  private finished = false
  private alive = false
  private stopRequested = false
  private hasCheckpoint = false
  /** What the runner gave as the reason of its failure, and what its log ends with. */
  private reason = ''
  private lastLogLine = ''

  private constructor(
    readonly folder: string,
    readonly file: RunFile,
    private readonly metrics: Journal<Metric>,
    private readonly pid: number | null,
    private readonly rows: number | null,
  ) {}

  get logFile(): string {
    return path.join(this.folder, 'log.txt')
  }

  /** Where the trained adapter or model is once the run has finished. */
  get output(): string {
    return path.join(this.folder, 'model')
  }

  /**
   * Checks the data set, freezes it in the run's folder beside `run.json`, and launches the runner.
   * @throws FailureError `bad-input` that names the row of the data set; the spawn error when
   *   Python cannot be started.
   */
  static async start(
    curation: Curation,
    { method, model, hyperparameters }: RunRequest,
    runner: Runner,
    now: Date,
  ): Promise<TrainingRun> {
    await curation.dataSet.settled()
    await curation.dataSet.write()
    const { sha256 } = await checkDataset(curation.paths.output)
    const folder = await newFolder(
      curation.paths.runs,
      `${now.toISOString().slice(0, 19).replaceAll(':', '-')}-${method}`,
    )
    const dataset = path.join(folder, 'data.jsonl')
    await copyFile(curation.paths.output, dataset)
    const file: RunFile = {
      version: 1,
      id: path.basename(folder),
      method,
      model,
      dataset,
      datasetSha256: sha256,
      hyperparameters,
    }
    await writeFile(path.join(folder, 'run.json'), `${JSON.stringify(file, null, 2)}\n`)
    await launch(folder, runner)
    return TrainingRun.open(folder)
  }

  /**
   * Goes on from the last checkpoint of a run that was stopped or failed.
   * @throws FailureError `bad-input` for a run that is finished, `busy` for one that goes on.
   */
  static async resume(folder: string, runner: Runner): Promise<TrainingRun> {
    const { state, file } = await TrainingRun.open(folder)
    if (state === 'finished')
      throw failureError('bad-input', 'The run is finished.', {
        where: file.id,
        remedy: 'Start a new one.',
      })
    if (state === 'starting' || state === 'running')
      throw failureError('busy', 'The run goes on.', {
        where: file.id,
        remedy: 'Wait for its end, or stop it.',
      })
    await rm(path.join(folder, 'stopped'), { force: true })
    await launch(folder, runner, { resume: true })
    return TrainingRun.open(folder)
  }

  static async open(folder: string): Promise<TrainingRun> {
    const file = runFileSchema.parse(
      JSON.parse(await readFile(path.join(folder, 'run.json'), 'utf8')),
    )
    const metrics = await Journal.open(path.join(folder, 'metrics.jsonl'), metricSchema)
    const run = new TrainingRun(
      folder,
      file,
      metrics,
      await readPid(folder),
      await countRows(file.dataset),
    )
    await run.refresh()
    return run
  }

  /** Reads what the runner wrote since. */
  async refresh(): Promise<void> {
    this.alive = this.pid !== null && (await isRunnerAlive(this.pid, this.folder))
    for await (const metric of this.metrics.refresh()) this.take(metric)
    if (!this.alive && !this.finished) {
      this.stopRequested ||= await exists(path.join(this.folder, 'stopped'))
      this.reason = (await readIfThere(path.join(this.folder, 'failed'))).trim()
      this.lastLogLine =
        (await readIfThere(this.logFile))
          .trimEnd()
          .split(/[\r\n]/)
          .at(-1)
          ?.trim() ?? ''
    }
  }

  /** Resolves when no process of the run is left. */
  async stop(): Promise<void> {
    if (!this.alive || this.pid === null) return
    this.stopRequested = true
    await writeFile(path.join(this.folder, 'stopped'), '')
    await stopProcessGroup(this.pid)
    await this.refresh()
  }

  get state(): RunView['state'] {
    if (this.finished) return 'finished'
    if (this.alive) return this.points.size === 0 ? 'starting' : 'running'
    return this.stopRequested ? 'stopped' : 'failed'
  }

  get failure(): Failure | null {
    if (this.state !== 'failed') return null
    const where = path.basename(this.file.model)
    if (this.reason !== '')
      return {
        code: 'training-failed',
        message: this.reason,
        where,
        remedy: 'The run’s log has the rest.',
      }
    const end = this.lastLogLine === '' ? '' : ` Its log ends: ${this.lastLogLine}`
    return {
      code: 'training-failed',
      message: `The run ended before it could say why; it was killed, perhaps for lack of memory.${end}`,
      where,
      remedy: 'A lower batchSize or maxLength takes less memory.',
    }
  }

  private take(metric: Metric): void {
    switch (metric.event) {
      case 'start':
        this.goOnFrom(metric)
        return
      case 'log':
        this.points.set(metric.step, metric)
        return
      case 'save':
        this.hasCheckpoint = true
        return
      case 'end':
        this.finished = true
        return
    }
  }

  /** Steps after those of the checkpoint are done again. */
  private goOnFrom(start: Metric): void {
    for (const step of this.points.keys()) if (step > start.step) this.points.delete(step)
    if (!this.points.has(start.step)) this.points.set(start.step, start)
  }

  view(): RunView {
    const metrics = [...this.points.values()].sort((a, b) => a.step - b.step)
    const estimate = new ProgressEstimate()
    for (const { time, step } of metrics) estimate.add(time, step)
    const last = metrics.at(-1)
    return {
      id: this.file.id,
      method: this.file.method,
      model: path.basename(this.file.model),
      startedAt: startOf(this.file.id),
      rows: this.rows,
      state: this.state,
      step: last?.step ?? 0,
      totalSteps: last?.totalSteps ?? null,
      secondsLeft:
        this.state === 'running' && last?.totalSteps ? estimate.secondsLeft(last.totalSteps) : null,
      points: metrics
        .filter(({ event }) => event === 'log')
        .map(({ step, loss = null, rewardMargin = null }) => ({ step, loss, rewardMargin })),
      failure: this.failure,
      resumable: this.hasCheckpoint && (this.state === 'stopped' || this.state === 'failed'),
    }
  }
}

/**
 * The runs of a curation, oldest first; folders without a readable `run.json` are passed over with
 * a message.
 */
export async function listRuns(
  runsFolder: string,
  onMessage: (message: string) => void,
): Promise<TrainingRun[]> {
  const names = (await exists(runsFolder)) ? (await readdir(runsFolder)).sort() : []
  const runs: TrainingRun[] = []
  for (const name of names) {
    const folder = path.join(runsFolder, name)
    try {
      runs.push(await TrainingRun.open(folder))
    } catch (thrown) {
      onMessage(`${folder}: not a training run: ${toFailure(thrown).message}`)
    }
  }
  return runs
}

/** The time in a run's id, which names its folder. */
function startOf(id: string): string | null {
  const [, day, hour, minute, second] = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-/.exec(id) ?? []
  return day === undefined ? null : `${day}T${hour}:${minute}:${second}Z`
}

async function countRows(dataset: string): Promise<number | null> {
  const text = await readFile(dataset, 'utf8').catch(() => null)
  return text === null ? null : text.split('\n').filter((line) => line.trim() !== '').length
}

async function readPid(folder: string): Promise<number | null> {
  try {
    const { pid } = JSON.parse(await readFile(path.join(folder, 'process.json'), 'utf8')) as {
      pid: unknown
    }
    return typeof pid === 'number' ? pid : null
  } catch {
    return null // the launch was interrupted before the runner started
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

async function readIfThere(file: string): Promise<string> {
  return (await exists(file)) ? readFile(file, 'utf8') : ''
}

/** A folder that no other run has: one started in the same second gets a number. */
async function newFolder(runs: string, name: string): Promise<string> {
  await makeFolder(runs)
  for (let number = 1; ; number++) {
    const folder = path.join(runs, number === 1 ? name : `${name}-${number}`)
    if (await makeFolder(folder)) return folder
  }
}

/** A runner that cannot be recorded is stopped: nobody would find it. */
async function launch(
  folder: string,
  runner: Runner,
  options: { resume?: boolean } = {},
): Promise<void> {
  const pid = await launchRun({
    ...runner,
    ...options,
    runFolder: folder,
    logFile: path.join(folder, 'log.txt'),
  })
  try {
    await writeFile(path.join(folder, 'process.json'), `${JSON.stringify({ pid })}\n`)
  } catch (thrown) {
    await stopProcessGroup(pid)
    throw thrown
  }
}
