// One training run: started from a curation's data set, followed and stopped through its folder, also after a window reload.
import { access, copyFile, readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ProgressEstimate } from '../core/progress'
import { type Hyperparameters, type Metric, metricSchema, type RunFile, runFileSchema } from '../core/formats/run'
import { makeFolder } from '../store/files'
import { Journal } from '../store/journal'
import { checkDataset } from '../training/dataset'
import { isRunnerAlive, launchRun } from '../training/launcher'
import { stopProcessGroup } from '../training/processes'
import type { TrainingMethod } from '../shared/domain'
import type { RunView } from '../shared/editorProtocol'
import { type Failure, toFailure } from '../shared/errors'
import type { Curation } from './curation'

export interface RunRequest {
  method: TrainingMethod
  /** A folder in Hugging Face format, or a hub id. */
  model: string
  hyperparameters: Hyperparameters
}

export interface Runner {
  python: string
  /** Folder `training/` of the extension. */
  trainingFolder: string
}

export class TrainingRun {
  private readonly points = new Map<number, Metric>()
  private finished = false
  private alive = false
  private stopRequested = false
  private lastLogLine = ''

  private constructor(readonly folder: string, readonly file: RunFile, private readonly metrics: Journal<Metric>, private readonly pid: number | null, private readonly rows: number | null) {}

  get logFile(): string {
    return path.join(this.folder, 'log.txt')
  }

  /** Where the trained adapter or model is once the run has finished. */
  get output(): string {
    return path.join(this.folder, 'model')
  }

  /**
   * Checks the data set, freezes it in the run's folder beside `run.json`, and launches the runner.
   * @throws FailureError `bad-input` that names the row of the data set; the spawn error when Python cannot be started.
   */
  static async start(curation: Curation, { method, model, hyperparameters }: RunRequest, runner: Runner, now: Date): Promise<TrainingRun> {
    await curation.settled()
    await curation.writeOutput()
    const { sha256 } = await checkDataset(curation.paths.output)
    const id = `${now.toISOString().slice(0, 19).replaceAll(':', '-')}-${method}`
    const folder = path.join(curation.paths.runs, id)
    await makeFolder(folder)
    const dataset = path.join(folder, 'data.jsonl')
    await copyFile(curation.paths.output, dataset)
    const file: RunFile = { version: 1, id, method, model, dataset, datasetSha256: sha256, hyperparameters }
    await writeFile(path.join(folder, 'run.json'), `${JSON.stringify(file, null, 2)}\n`)
    const pid = await launchRun({ ...runner, runFolder: folder, logFile: path.join(folder, 'log.txt') })
    await writeFile(path.join(folder, 'process.json'), `${JSON.stringify({ pid })}\n`)
    return TrainingRun.open(folder)
  }

  static async open(folder: string): Promise<TrainingRun> {
    const file = runFileSchema.parse(JSON.parse(await readFile(path.join(folder, 'run.json'), 'utf8')))
    const metrics = await Journal.open(path.join(folder, 'metrics.jsonl'), metricSchema)
    const run = new TrainingRun(folder, file, metrics, await readPid(folder), await countRows(file.dataset))
    await run.refresh()
    return run
  }

  /** Reads what the runner wrote since. */
  async refresh(): Promise<void> {
    this.alive = this.pid !== null && (await isRunnerAlive(this.pid, this.folder))
    for await (const metric of this.metrics.refresh()) {
      if (metric.event === 'end') this.finished = true
      else if (metric.event !== 'save') this.points.set(metric.step, { ...this.points.get(metric.step), ...metric })
    }
    if (!this.alive && !this.finished) {
      this.stopRequested ||= await exists(path.join(this.folder, 'stopped'))
      this.lastLogLine = await lastLine(this.logFile)
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
    return { code: 'training-failed', message: this.lastLogLine || 'The runner ended without a word.', where: path.basename(this.file.model), remedy: 'The run’s log has the rest.' }
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
      secondsLeft: this.state === 'running' && last?.totalSteps ? estimate.secondsLeft(last.totalSteps) : null,
      points: metrics.filter(({ event }) => event === 'log').map(({ step, loss = null, rewardMargin = null }) => ({ step, loss, rewardMargin })),
      failure: this.failure,
    }
  }
}

/** The runs of a curation, oldest first; folders without a readable `run.json` are passed over with a message. */
export async function listRuns(runsFolder: string, onMessage: (message: string) => void): Promise<TrainingRun[]> {
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
    const { pid } = JSON.parse(await readFile(path.join(folder, 'process.json'), 'utf8')) as { pid: unknown }
    return typeof pid === 'number' ? pid : null
  } catch {
    return null // the launch was interrupted before the runner started
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false)
}

async function lastLine(file: string): Promise<string> {
  if (!(await exists(file))) return ''
  return (await readFile(file, 'utf8')).trimEnd().split('\n').at(-1)?.trim() ?? ''
}
