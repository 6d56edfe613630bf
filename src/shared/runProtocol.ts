// Training runs as the webview shows them. The host describes the figures: the webview knows no
// training method.
import type { Failure } from './errors'

/** A number that a run records at its steps. */
export interface Figure {
  /** Its key in `metrics.jsonl`. */
  id: string
  /** Head of its column, and of its curve. */
  label: string
  /** Title of the chart that draws it, one for all figures of this title; null: table only. */
  chart: string | null
  better: 'higher' | 'lower' | null
  /** Whether its chart is hidden until the user asks for it; absent: it is shown. */
  isFolded?: true
}

/** What was recorded at one optimiser step, by figure id. null: the value was not finite. */
export interface RunPoint {
  step: number
  figures: Readonly<Record<string, number | null>>
}

/** A figure of the model before and after a run; null where it was not measured. */
export interface ComparedFigure {
  id: string
  label: string
  unit: 'number' | 'share'
  before: number | null
  after: number | null
}

/** What a run changed beside the preferences. */
export interface RegressionView {
  figures: readonly ComparedFigure[]
  /** What became worse by more than a bound, one sentence each. */
  warnings: readonly string[]
  /** What was measured on; how long that took. */
  basis: string
}

/** Values by their names in run.json; null for a setting without one. */
export type RunSettings = Readonly<Record<string, string | null>>

export interface RunView {
  id: string
  /** "DPO on SmolLM2-135M-Instruct"; the id of a run that cannot be read. */
  title: string
  /** "DPO"; empty for a run that cannot be read. */
  method: string
  /** "SmolLM2-135M-Instruct"; empty for a run that cannot be read. */
  model: string
  settings: RunSettings
  /** ISO 8601; null for a folder that something else named. */
  startedAt: string | null
  /** Rows that are trained on; null before the run has started. */
  rows: number | null
  heldOutRows: number
  /** Of `rows`, those that the model of the earlier run annotated. */
  selfAnnotatedRows: number
  state:
    'starting' | 'running' | 'pausing' | 'paused' | 'stopped' | 'failed' | 'finished' | 'unreadable'
  step: number
  totalSteps: number | null
  secondsLeft: number | null
  /** The round of the curation at its start. */
  round: number
  /** In the order in which they are shown. */
  figures: readonly Figure[]
  /** Ascending by step. */
  points: readonly RunPoint[]
  failure: Failure | null
  /** What a person should know of a finished run: no weight moved, say. */
  warning: string | null
  /** null until the run has finished, and where it was not measured. */
  regression: RegressionView | null
  /** Whether its model generates responses: a reward model does not. */
  generates: boolean
  /** Whether it ended early and left a checkpoint. */
  resumable: boolean
}
