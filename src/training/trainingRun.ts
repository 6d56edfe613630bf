// A training run that is followed and stopped through its folder, from any process and also after a
// window reload.
import * as l10n from '@vscode/l10n'
import { writeFile } from 'node:fs/promises'
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
import { type Failure, FailureError, failureError } from '../shared/errors'
import { Journal } from '../store/journal'
import { heldFailure, type Holder, liveHolder } from './holder'
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
  /** Whether the process that a launcher recorded is alive. */
  private isOwn = false
  /** Who trains it, as the runner says; it may be a job, and on any machine. */
  private heldBy: Holder | null = null
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
    const heldBy = await liveHolder(folder)
    const isOwn = pid !== null && (await isRunnerAlive(pid, folder))
    const isAlive = isOwn || heldBy !== null
    if (!(await exists(runPath(folder, 'run')))) throw folderGone(folder, isAlive)
    this.heldBy = heldBy
    this.isOwn = isOwn
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
   * @throws FailureError `busy` for a run that another process trains than a launcher's.
   */
  async stop(): Promise<void> {
    if (!this.isOwn && this.heldBy) throw new FailureError(heldFailure(this.file.id, this.heldBy))
    if (!this.isOwn || this.pid === null) return
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

  /** Who trains it; null where nobody does, or the launched process has not begun. */
  get holder(): Holder | null {
    return this.heldBy
  }

  private get isAlive(): boolean {
    return this.isOwn || this.heldBy !== null
  }

  get state(): RunState {
    const { hasStarted, hasEnded } = this.recorded
    return runState({ hasStarted, hasEnded, isAlive: this.isAlive, ...this.markers })
  }

  /** Whether its runner was launched on this machine, and is no job of a cluster. */
  get isHere(): boolean {
    return this.isLive && this.isOwn
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
    return runFailure({ ...this.earlyEnd, where: this.file.id })
  }
}

const folderGone = (where: string, isAlive: boolean): Error =>
  failureError('not-found', l10n.t('The folder of the run was moved, renamed or deleted.'), {
    where,
    remedy: isAlive
      ? l10n.t('The run itself continues: follow or stop it where its curation is now.')
      : l10n.t('Follow the run where its curation is now.'),
  })
