// What the editor shows of a curation, beside the task.
import { judgesOf } from '../../curation/annotators/judge'
import path from 'node:path'
import { countsOf } from '../../curation/counts'
import { type Curation, curationName } from '../../curation/curation'
import { earlierSelections } from '../../curation/selection/earlierSelections'
import { earlierCandidates } from '../../curation/generation/earlierSettings'
import { candidateSources } from '../../curation/sources'
import { leftOutSummary } from '../../curation/generation/leftOut'
import { recentDecisions } from '../../curation/labelling/recentDecisions'
import { roundViews } from '../../curation/roundViews'
import type { EditorState, Obstacle } from '../../shared/editorProtocol'
import type { EvaluationView } from '../../shared/evaluation'
import type { RunView } from '../../shared/runProtocol'
import type { TrainingForm } from '../../shared/trainingForm'
import type { SimulationView } from '../../shared/simulationView'
import type { TryView } from '../../shared/tryView'
import type { Failure } from '../../shared/errors'
import type { LostData } from '../../store/lostData'
import type { WorkSlot } from '../work'

const RECENT = 10

/** The slices that are read from the curation. */
export type CurationSlices = Pick<
  EditorState,
  | 'settings'
  | 'counts'
  | 'rounds'
  | 'earlier'
  | 'earlierSelections'
  | 'leftOut'
  | 'recent'
  | 'runs'
  | 'evaluations'
  | 'training'
  | 'trying'
  | 'simulation'
>

export const NOTHING_READ: CurationSlices = {
  settings: null,
  counts: null,
  rounds: [],
  earlier: null,
  earlierSelections: null,
  leftOut: null,
  recent: [],
  runs: [],
  evaluations: [],
  training: null,
  trying: null,
  simulation: null,
}

/** Results of earlier settings; not shown while candidates are generated. */
export type Earlier = Pick<EditorState, 'earlier' | 'earlierSelections'>

export const earlierOf = (curation: Curation): Earlier => ({
  earlier: earlierCandidates(curation),
  earlierSelections: earlierSelections(curation),
})

export const NOTHING_EARLIER: Earlier = { earlier: null, earlierSelections: null }

/** Values that the slices need beside the curation. */
export interface DocumentValues {
  guidelines: string | null
  device: string | null
  earlier: Earlier
  runs: RunView[]
  evaluations: readonly EvaluationView[]
  training: TrainingForm | null
  trying: TryView | null
  simulation: SimulationView | null
}

/** @param displayPath the path relative to the workspace. */
export function curationSlices(
  curation: Curation,
  { guidelines, device, earlier, runs, evaluations, training, trying, simulation }: DocumentValues,
  displayPath: (file: string) => string,
): CurationSlices {
  const { settings, annotator, paths } = curation
  const counts = countsOf(curation)
  return {
    settings: {
      annotator,
      generator: candidateSources(curation, counts),
      device,
      selection: settings.selection,
      n: settings.sampling.n,
      guidelines,
      output: displayPath(paths.output),
      hasJudges: judgesOf(curation).length > 0,
    },
    counts,
    rounds: roundViews(curation),
    ...earlier,
    leftOut: leftOutSummary(curation),
    recent: recentDecisions(curation, RECENT),
    runs: runs.map((run) =>
      run.failure ? { ...run, failure: withoutPaths(run.failure, displayPath) } : run,
    ),
    evaluations,
    training,
    trying: trying && withoutPathsOf(trying, displayPath),
    simulation: simulation?.failure
      ? { ...simulation, failure: withoutPaths(simulation.failure, displayPath) }
      : simulation,
  }
}

export interface DocumentStatus {
  file: string
  trusted: boolean
  /** null before the first attempt to open has ended. */
  openFailure: Failure | null
  lost: LostData | null
  /** Why the data set could not follow. */
  datasetFailure: Failure | null
  work: Pick<WorkSlot, 'activity' | 'failure'>
  isOpen: boolean
}

/** @param slices as the curation is, or as it was when it was read last. */
export function editorState(
  { file, trusted, openFailure, lost, datasetFailure, work, isOpen }: DocumentStatus,
  slices: CurationSlices,
  displayPath: (file: string) => string,
): EditorState {
  return {
    file: {
      name: curationName(file),
      phase: openFailure ? 'broken' : isOpen ? 'open' : 'opening',
      lost: lost && { startsAnew: lost.startsAnew },
    },
    trusted,
    obstacle: obstacleOf(openFailure ?? lost?.failure ?? datasetFailure, work.failure, displayPath),
    activity: work.activity,
    ...slices,
  }
}

function obstacleOf(
  lasting: Failure | null,
  past: Failure | null,
  displayPath: (file: string) => string,
): Obstacle | null {
  const failure = lasting ?? past
  return failure && { failure: withoutPaths(failure, displayPath), isPast: lasting === null }
}

function withoutPathsOf(trying: TryView, displayPath: (file: string) => string): TryView {
  const { pair } = trying
  if (!pair?.failure) return trying
  return { ...trying, pair: { ...pair, failure: withoutPaths(pair.failure, displayPath) } }
}

/** Failures as the webview may see them: no path of this machine. */
export function withoutPaths(failure: Failure, displayPath: (file: string) => string): Failure {
  const { where } = failure
  if (where === undefined || !path.isAbsolute(where)) return failure
  const shown = displayPath(where)
  return { ...failure, where: path.isAbsolute(shown) ? path.basename(where) : shown }
}
