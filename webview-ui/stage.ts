// Which screen the state of a curation calls for when there is no selection to show, and which step
// comes next.
import type { CurationView, EditorAction, Task } from '../src/shared/editorProtocol'
import { strings } from './strings'

/** Fewest DPO pairs that a training run accepts. */
const PAIRS_FOR_TRAINING = 2

export type Stage =
  | 'labelling'
  | 'opening'
  | 'blocked'
  | 'untrusted'
  | 'waiting'
  | 'caughtUp'
  | 'noCandidates'
  | 'paused'
  | 'done'

export function stageOf(view: CurationView, task: Task | null): Stage {
  if (task) return 'labelling'
  const { counts } = view
  // Only a curation that could not be read has no prompts, or one that is still being read.
  if (counts.prompts === 0) return view.failure ? 'blocked' : 'opening'
  if (view.activity) return counts.selected === 0 ? 'waiting' : 'caughtUp'
  const missing = counts.candidates < counts.candidatesWanted
  if (counts.selected === 0) return view.trusted ? 'noCandidates' : 'untrusted'
  return missing && counts.annotated < counts.budget ? 'paused' : 'done'
}

export function canTrain(view: CurationView): boolean {
  return view.trusted && view.counts.pairs >= PAIRS_FOR_TRAINING && !view.runs.some(isUnderWay)
}

export function isUnderWay(run: CurationView['runs'][number]): boolean {
  return run.state === 'starting' || run.state === 'running'
}

export interface NextStep {
  action: EditorAction
  label: string
}

/** The one step that the header offers; null where the next step is to label, or to wait. */
export function nextStep(view: CurationView, stage: Stage): NextStep | null {
  const { counts } = view
  if (!view.trusted) return { action: 'trust', label: strings.actions.trust }
  if (view.activity || stage === 'opening' || stage === 'blocked') return null
  if (counts.candidates < counts.candidatesWanted)
    return {
      action: 'generate',
      label: counts.candidates === 0 ? strings.actions.generate : strings.actions.resume,
    }
  const labelled = stage === 'done' || counts.annotated >= counts.budget
  return labelled && canTrain(view) ? { action: 'train', label: strings.actions.train } : null
}
