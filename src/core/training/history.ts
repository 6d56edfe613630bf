// What the events of a run add up to. Each event is taken once, in the order of the file; the cost
// of all of them is linear in their number.
import * as l10n from '@vscode/l10n'
import { ProgressEstimate } from '../progress'
import type { RunPoint } from '../../shared/runProtocol'
import type { Metric } from './metrics'

const NOT_MOVED = l10n.t(
  'The run did not change the model: start a new run with a higher learningRate, more epochs or more labels.',
)

interface Counts {
  rows: number | null
  heldOut: number
  selfAnnotated: number
}

export class RunHistory {
  private readonly taken: RunPoint[] = []
  /** A copy for readers, until the next change. */
  private shown: readonly RunPoint[] | null = null
  private estimate = new ProgressEstimate()
  private last: Metric | null = null
  private readonly work = { seconds: 0, steps: 0 }
  private ended: Extract<Metric, { event: 'end' }> | null = null
  private peak: number | null = null
  private counts: Counts = { rows: null, heldOut: 0, selfAnnotated: 0 }

  /** Ascending by step. The array does not change later. */
  get points(): readonly RunPoint[] {
    this.shown ??= [...this.taken]
    return this.shown
  }

  /** Rows that are trained on; null before the run has started. */
  get rows(): number | null {
    return this.counts.rows
  }

  get heldOutRows(): number {
    return this.counts.heldOut
  }

  /** Of {@link rows}, those whose responses no annotator has compared. */
  get selfAnnotatedRows(): number {
    return this.counts.selfAnnotated
  }

  get hasStarted(): boolean {
    return this.last !== null
  }

  get hasEnded(): boolean {
    return this.ended !== null
  }

  get step(): number {
    return this.last?.step ?? 0
  }

  get totalSteps(): number | null {
    return this.last?.totalSteps ?? null
  }

  /** What a person should know of a run that ended, or null. */
  get warning(): string | null {
    if (!this.ended) return null
    return this.ended.warning ?? (this.ended.moved === false ? NOT_MOVED : null)
  }

  /** Wall-clock seconds, with evaluations and checkpoints; null before the first step. */
  get secondsPerStep(): number | null {
    return this.work.steps === 0 ? null : this.work.seconds / this.work.steps
  }

  /** Wall-clock seconds from the start of each launch to the last event of its steps. */
  get trainingSeconds(): number {
    return this.work.seconds
  }

  /** The largest change of a weight; null before the end, and where it was not measured. */
  get largestUpdate(): number | null {
    return this.ended?.largestUpdate ?? null
  }

  /** The most main memory of the runner, in bytes; null where it was not recorded. */
  get peakMemory(): number | null {
    return this.peak
  }

  /** Of its steps; null where that is unknown, and after the last one. */
  get secondsLeft(): number | null {
    const { totalSteps } = this
    return totalSteps === null || this.step >= totalSteps
      ? null
      : this.estimate.secondsLeft(totalSteps)
  }

  take(metric: Metric): void {
    switch (metric.event) {
      case 'start':
        this.goOnFrom(metric)
        break
      case 'log':
      case 'eval':
        this.add(metric.step, metric.figures)
        break
      case 'save':
        this.usedMemory(metric)
        break
      case 'end':
        this.usedMemory(metric)
        this.ended = metric
        break
    }
    // Before the end the model is compared with that of the start, which is no step.
    if (metric.event !== 'start' && metric.event !== 'end') this.measure(metric)
    this.last = metric
  }

  /** The steps after the one that the run goes on from are done again. */
  private goOnFrom(start: Extract<Metric, { event: 'start' }>): void {
    while ((this.taken.at(-1)?.step ?? 0) > start.step) this.taken.pop()
    this.shown = null
    this.estimate = new ProgressEstimate()
    this.estimate.add(start.time, start.step)
    this.ended = null
    const { rows = null, heldOutRows = 0, selfAnnotatedRows = 0 } = start
    this.counts = { rows, heldOut: heldOutRows, selfAnnotated: selfAnnotatedRows }
  }

  private usedMemory({ peakMemory }: { peakMemory?: number | null | undefined }): void {
    if (typeof peakMemory === 'number') this.peak = Math.max(this.peak ?? 0, peakMemory)
  }

  private add(step: number, figures: RunPoint['figures']): void {
    this.shown = null
    const point = this.taken.at(-1)
    if (point?.step === step)
      this.taken[this.taken.length - 1] = { step, figures: { ...point.figures, ...figures } }
    else this.taken.push({ step, figures })
  }

  private measure({ time, step }: Metric): void {
    this.estimate.add(time, step)
    if (!this.last) return
    this.work.seconds += time - this.last.time
    this.work.steps += step - this.last.step
  }
}
