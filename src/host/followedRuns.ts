// The training runs of the curations open in this window: found on disk, and followed there while
// they are live, whoever started them.
import type * as vscode from 'vscode'
import { methodOf } from '../core/training/methods/table'
import type { Curation } from '../curation/curation'
import { describeFailure, toFailure } from '../shared/errors'
import type { RunView } from '../shared/runProtocol'
import { underWay } from '../training/launch'
import { listRuns, runUnderWay, type UnreadableRun } from '../training/listRuns'
import { runViews } from '../training/runView'
import type { TrainingRun } from '../training/trainingRun'
import type { Disposable } from './documentServices'
import { Emitter } from './emitter'

/** How often the files of a live run are read. */
const POLL_MS = 500

interface Runs {
  /** Oldest first. */
  readable: readonly TrainingRun[]
  unreadable: readonly UnreadableRun[]
}

const NO_RUNS: Runs = { readable: [], unreadable: [] }

export class FollowedRuns implements Disposable {
  private readonly changed = new Emitter<string>()
  /** Fires with the path of the curation file whose runs changed. */
  readonly onChange = this.changed.event
  private readonly runsByFile = new Map<string, Runs>()
  private readonly timers = new Set<NodeJS.Timeout>()

  constructor(private readonly log: Pick<vscode.LogOutputChannel, 'info' | 'warn'>) {}

  /** Finds the runs on disk and follows the live ones; those that are followed already stay. */
  async attach({ paths }: Curation): Promise<void> {
    const followed = this.of(paths.file).readable.filter(({ isLive }) => isLive)
    const { runs: found, unreadable } = await listRuns(paths.runs)
    const readable = found.map((run) => followed.find(({ folder }) => folder === run.folder) ?? run)
    for (const { failure } of unreadable) this.log.warn(describeFailure(failure))
    this.runsByFile.set(paths.file, { readable, unreadable })
    for (const run of readable)
      if (run.isLive && !followed.includes(run)) this.follow(paths.file, run)
  }

  /** Follows a run that was just started; a resumed one takes the place of what it was before. */
  add(file: string, run: TrainingRun): void {
    this.replace(file, run, [run])
    this.follow(file, run)
  }

  /** What the editor shows of them, the oldest first. */
  views({ paths }: Curation): RunView[] {
    const { readable, unreadable } = this.of(paths.file)
    return runViews(readable, unreadable)
  }

  /** The runs that can be read, the oldest first. */
  all({ paths }: Curation): readonly TrainingRun[] {
    return this.of(paths.file).readable
  }

  find({ paths }: Curation, id: string): TrainingRun | undefined {
    return this.of(paths.file).readable.find((run) => run.file.id === id)
  }

  /** Finished runs whose model generates responses, the oldest first. */
  generators({ paths }: Curation): TrainingRun[] {
    return this.of(paths.file).readable.filter(
      ({ state, file }) => state === 'finished' && methodOf(file.method).generates !== false,
    )
  }

  /** Curation files that have a live run. */
  liveFiles(): string[] {
    return [...this.runsByFile].flatMap(([file, { readable }]) =>
      readable.some(({ isLive }) => isLive) ? [file] : [],
    )
  }

  /** @throws FailureError `busy` while a run of this curation is under way. */
  mustBeIdle(file: string): void {
    const run = runUnderWay(this.of(file).readable)
    if (run) throw underWay(run)
  }

  async stop(file: string): Promise<void> {
    await this.live(file)?.stop()
    this.changed.fire(file)
  }

  async pause(file: string): Promise<void> {
    await this.live(file)?.pause()
    this.changed.fire(file)
  }

  dispose(): void {
    for (const timer of this.timers) clearInterval(timer)
    this.changed.dispose()
  }

  private of(file: string): Runs {
    return this.runsByFile.get(file) ?? NO_RUNS
  }

  /** The run that is under way on this machine, else one that a job trains. */
  private live(file: string): TrainingRun | undefined {
    const { readable } = this.of(file)
    return runUnderWay(readable) ?? readable.find(({ isLive }) => isLive)
  }

  private replace(file: string, { folder }: TrainingRun, by: readonly TrainingRun[]): void {
    const runs = this.of(file)
    const others = runs.readable.filter((run) => run.folder !== folder)
    const readable = [...others, ...by].sort((a, b) => (a.file.id < b.file.id ? -1 : 1))
    this.runsByFile.set(file, { ...runs, readable })
  }

  private follow(file: string, run: TrainingRun): void {
    this.changed.fire(file)
    let isReading = false
    const end = (said: string): void => {
      clearInterval(timer)
      this.timers.delete(timer)
      this.log.info(`run ${run.file.id}: ${said}`)
    }
    const read = async (): Promise<void> => {
      try {
        await run.refresh()
        if (!run.isLive) end(run.state)
      } catch (thrown) {
        // its folder was moved: it is found again where the curation is opened
        this.replace(file, run, [])
        end(describeFailure(toFailure(thrown)))
      }
    }
    const timer = setInterval(() => {
      if (isReading) return
      isReading = true
      void read().finally(() => {
        isReading = false
        this.changed.fire(file)
      })
    }, POLL_MS)
    this.timers.add(timer)
  }
}
