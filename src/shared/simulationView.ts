// The simulation of an editor: what is to be simulated, how far it is, and what came out.
import type { Activity } from './curationViews'
import type { Failure } from './errors'
import type { SimulationReport } from './simulation'

/** What can be changed before a simulation. */
export interface SimulationChoice {
  /** Beside random selection, which is always simulated. */
  rules: readonly string[]
  /** Numbers of labels, ascending. */
  budgets: readonly number[]
  /** Candidates in a pool. */
  n: number
  /** Candidates shown for a label. */
  k: number
  /** Random divisions of the prompts. */
  splits: number
}

export type SimulationProgress = Pick<Activity, 'sentence' | 'done' | 'total' | 'secondsLeft'>

export interface SimulationResult {
  report: SimulationReport
  /** One sentence with its interval. */
  advice: string
  /** What was simulated. */
  source: string
}

export interface SimulationView {
  /** Incremented each time the view is asked for. */
  calls: number
  /** The name of the file of judged responses; null for the curation's own pools and labels. */
  file: string | null
  choice: SimulationChoice
  /** All rules that can be chosen. */
  rules: readonly string[]
  /** null while nothing is simulated. */
  progress: SimulationProgress | null
  failure: Failure | null
  result: SimulationResult | null
}

/** What a control of the view asks for. */
export type SimulationAction =
  | { do: 'open' }
  | { do: 'chooseFile' }
  | { do: 'useOwn' }
  | { do: 'change'; change: Partial<SimulationChoice> }
  | { do: 'run' }
  | { do: 'stop' }
