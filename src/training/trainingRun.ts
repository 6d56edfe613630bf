// A training run that is followed and stopped through its folder, from any process and also after a
// window reload.
import * as l10n from '@vscode/l10n'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { RunHistory } from '../core/training/history'
import { type Metric, metricSchema } from '../core/training/metrics'
import type { Regression } from '../core/training/regression'
import type { RunFile } from '../core/training/runFile'
import {
  type FailureFacts,
  isLiveState,
  isResumableState,
  type RunFacts,
  runFailure,
  type RunState,
  runState,
} from '../core/training/state'
import { stopProcessGroup } from '../processes/processGroup'
import { isRunnerAlive } from '../processes/pythonRunner'
import { failureError, type Failure } from '../shared/errors'
import { Journal } from '../store/journal'
import {
  exists,
  hasCheckpoint,
  isDiskFull,
  lastLogLine,
  readFailed,
  readProcess,
  readRegression,
  readRunFile,
  runPath,
} from './runFolder'

/** What is read only of a run that ended before its last step. */
type EarlyEnd = Omit<FailureFacts, 'where'>

/** Files that launcher and runner leave for each other. */
type Markers = Pick<RunFacts, 'stopRequested' | 'pauseRequested' | 'hasPaused'>

const NO_MARKERS: Markers = { stopRequested: false, pauseRequested: false, hasPaused: false }

const NO_EARLY_END: EarlyEnd = {
  record: null,
  lastLogLine: '',
  isDiskFull: false,
  isResumable: false,
}

export class TrainingRun {
  private recorded = new RunHistory()
  private isAlive = false
  /** Whether a job of a cluster trains it, on whichever machine. */
  private isJob = false
  private markers = NO_MARKERS
  private earlyEnd = NO_EARLY_END
  private comparison: Regression | null = null

  private constructor(
    readonly folder: string,
    readonly file: RunFile,
    private readonly metrics: Journal<Metric>,
    private readonly pid: number | null,
  ) {}

  /** @throws FailureError `bad-input` or `not-found` with the path of run.json. */
  static async open(folder: string): Promise<TrainingRun> {
    const file = await readRunFile(folder)
    const pid = await readProcess(folder)
    const metrics = await Journal.open(runPath(folder, 'metrics'), metricSchema, {
      onRewritten: () => (run.recorded = new RunHistory()),
    })
    const run: TrainingRun = new TrainingRun(folder, file, metrics, pid)
    await run.refresh()
    return run
  }

  get logFile(): string {
    return runPath(this.folder, 'log')
  }

  /** Where the trained adapter or model is once the run has finished. */
  get output(): string {
    return runPath(this.folder, 'model')
  }

  /** The model before and after a finished run; null where it was not compared. */
  get regression(): Regression | null {
    return this.comparison
  }

  get history(): RunHistory {
    return this.recorded
  }

  /**
   * Reads what the runner wrote since.
   * @throws FailureError `not-found` when the folder is gone: it was moved, renamed or deleted.
   */
  async refresh(): Promise<void> {
    const { folder, pid } = this
    // Asked before the metrics are read: nothing that the process wrote before its end is missed.
    this.isJob = await exists(runPath(folder, 'job'))
    const isAlive = this.isJob || (pid !== null && (await isRunnerAlive(pid, folder)))
    if (!(await exists(runPath(folder, 'run')))) throw folderGone(folder, isAlive)
    this.isAlive = isAlive
    await this.metrics.visit((metric) => this.recorded.take(metric))
    if (this.recorded.hasEnded) this.comparison ??= await readRegression(folder)
    this.markers = {
      stopRequested: await exists(runPath(folder, 'stopped')),
      pauseRequested: await exists(runPath(folder, 'pause')),
      hasPaused: await exists(runPath(folder, 'paused')),
    }
    if (isAlive || this.recorded.hasEnded) return
    this.earlyEnd = {
      record: await readFailed(folder),
      lastLogLine: await lastLogLine(folder),
      isDiskFull: await isDiskFull(folder),
      isResumable: await hasCheckpoint(folder),
    }
  }

  /**
   * Resolves when no process of the run is left.
   * @throws FailureError `bad-input` for a run that a job trains.
   */
  async stop(): Promise<void> {
    if (this.isJob)
      throw failureError('bad-input', l10n.t('A job of a cluster trains this run.'), {
        where: this.file.id,
        remedy: l10n.t('Pause it, or cancel the job there.'),
      })
    if (!this.isAlive || this.pid === null) return
    await writeFile(runPath(this.folder, 'stopped'), '')
    await stopProcessGroup(this.pid)
    await this.refresh()
  }

  /**
   * Asks the runner to save a checkpoint at the end of its step and to end. The run is `pausing`
   * until then.
   */
  async pause(): Promise<void> {
    if (!this.isAlive) return
    await writeFile(runPath(this.folder, 'pause'), '')
    await this.refresh()
  }

  get state(): RunState {
    const { hasStarted, hasEnded } = this.recorded
    return runState({ hasStarted, hasEnded, isAlive: this.isAlive, ...this.markers })
  }

  /** Whether its runner is a process of this machine. */
  get isHere(): boolean {
    return this.isLive && !this.isJob
  }

  get isLive(): boolean {
    return isLiveState(this.state)
  }

  /** Whether it ended early and left a checkpoint. */
  get isResumable(): boolean {
    return this.earlyEnd.isResumable && isResumableState(this.state)
  }

  get failure(): Failure | null {
    if (this.state !== 'failed') return null
    return runFailure({ ...this.earlyEnd, where: path.basename(this.file.model) })
  }
}

const folderGone = (where: string, isAlive: boolean): Error =>
  failureError('not-found', l10n.t('The folder of the run was moved, renamed or deleted.'), {
    where,
    remedy: isAlive
      ? l10n.t('The run itself continues: follow or stop it where its curation is now.')
      : l10n.t('Follow the run where its curation is now.'),
  })
