// The focus while two models are tried: on the answers once they are asked for, so that keys vote;
// on the prompt when it is to be written.
import type { State } from '../state'

export const TRY_ANSWERS = 'try-answers'
export const TRY_PROMPT = 'try-prompt'

export function focusWhileTrying(root: HTMLElement, before: State, after: State): void {
  if (after.view !== 'try') return
  const isNew = !canWrite(before) && canWrite(after) && !after.host?.trying?.pair
  if (after.tryCalls > before.tryCalls || isNew) focus(root, TRY_PROMPT)
  if (isAnswering(after) && !isAnswering(before)) focus(root, TRY_ANSWERS)
}

const canWrite = ({ view, host }: State): boolean => view === 'try' && host?.trying !== null

const isAnswering = ({ host }: State): boolean => host?.trying?.pair?.phase === 'answering'

const focus = (root: HTMLElement, id: string): void =>
  root.querySelector<HTMLElement>(`#${id}`)?.focus()
