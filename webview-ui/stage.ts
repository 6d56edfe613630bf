// Which screen the state of a curation calls for when there is no selection to show, and which step
// comes next.
import type { Activity, Counts, Task } from '../src/shared/curationViews'
import type { EditorAction, EditorState } from '../src/shared/editorProtocol'
import type { RunView } from '../src/shared/runProtocol'
import { strings } from './strings'

/** Fewest preference pairs that a training run accepts. */
export const PAIRS_FOR_TRAINING = 2

export type Stage =
  | 'labelling'
  | 'opening'
  | 'blocked'
  | 'lost'
  | 'untrusted'
  | 'waiting'
  | 'caughtUp'
  | 'selecting'
  | 'nothingSelected'
  | 'paused'
  | 'done'

const BRINGS_SELECTIONS: readonly Activity['kind'][] = ['generate', 'select']

export function stageOf(
  { file, counts, activity, trusted }: EditorState,
  task: Task | null,
): Stage {
  if (task) return 'labelling'
  if (file.phase === 'broken') return 'blocked'
  if (!counts) return 'opening'
  if (activity && BRINGS_SELECTIONS.includes(activity.kind))
    return counts.selected === 0 ? 'waiting' : 'caughtUp'
  if (file.lost) return 'lost'
  if ((counts.due ?? 0) > 0) return trusted ? 'selecting' : 'untrusted'
  const missing = counts.candidates < counts.candidatesWanted
  if (counts.selected === 0) return trusted ? 'nothingSelected' : 'untrusted'
  return missing && counts.annotated < counts.budget ? 'paused' : 'done'
}

export function canTrain({ counts, trusted, runs }: EditorState): boolean {
  return trusted && (counts?.pairs ?? 0) >= PAIRS_FOR_TRAINING && !runs.some(isUnderWay)
}

export function isUnderWay({ state }: RunView): boolean {
  return state === 'starting' || state === 'running' || state === 'pausing'
}

/** The host actions of the commands for another selection. */
export const ANOTHER_ACTIONS = {
  another: 'selectAnother',
  forAllBad: 'selectForAllBad',
} as const satisfies Record<string, EditorAction>

/** From how many pools the page offers another selection: 0 while a selection is left to label. */
export function offersAnother(
  host: EditorState,
  task: Task | null,
): Record<keyof typeof ANOTHER_ACTIONS, number> {
  const { counts, trusted, activity } = host
  const isOffered = trusted && activity === null && stageOf(host, task) === 'done'
  return {
    another: isOffered ? (counts?.another ?? 0) : 0,
    forAllBad: isOffered ? (counts?.anotherForAllBad ?? 0) : 0,
  }
}

export interface NextStep {
  action: EditorAction
  label: string
}

/** Whether all candidates are there, as after an import, and nothing is selected from them. */
export const selectionIsNext = ({ selected, candidates, candidatesWanted }: Counts): boolean =>
  selected === 0 && candidates > 0 && candidates >= candidatesWanted

/** The one step that the header offers; null where the next step is to label, or to wait. */
export function nextStep(host: EditorState, stage: Stage): NextStep | null {
  const { counts, trusted } = host
  // A notice offers to trust the workspace.
  if (!trusted || !counts || host.activity) return null
  if (host.file.phase !== 'open' || stage === 'lost') return null
  if (counts.candidates < counts.candidatesWanted)
    return {
      action: 'generate',
      label: counts.candidates === 0 ? strings.actions.generate : strings.actions.resume,
    }
  if (stage === 'nothingSelected' && selectionIsNext(counts))
    return { action: 'selectAgain', label: strings.actions.select }
  const labelled = stage === 'done' || counts.annotated >= counts.budget
  return labelled && canTrain(host) ? { action: 'train', label: strings.actions.train } : null
}
