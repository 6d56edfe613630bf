// A short accent where a decision was made. It outlives the card that was chosen: the next
// selection is not held up for it.
import type { Preference } from '../src/shared/domain'
import type { State } from './state'

/** Shows the accent when a decision begins to be saved. */
export function echoDecision(root: HTMLElement, before: State, after: State): void {
  const { deciding, task } = after
  if (!deciding || deciding === before.deciding || !task) return
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
  for (const element of decidedElements(root, deciding, task)) echo(element)
}

function decidedElements(
  root: HTMLElement,
  preference: Preference,
  { responses }: NonNullable<State['task']>,
): Iterable<Element> {
  if (preference.kind !== 'ranking') return root.querySelectorAll('.decisions .others')
  const best = responses.findIndex(({ candidateId }) => preference.tiers[0]?.includes(candidateId))
  return [...root.querySelectorAll('.card')].slice(best, best + 1)
}

function echo(element: Element): void {
  const { left, top, width, height } = element.getBoundingClientRect()
  const accent = document.createElement('div')
  accent.className = 'echo'
  accent.ariaHidden = 'true'
  Object.assign(accent.style, {
    left: `${left}px`,
    top: `${top}px`,
    width: `${width}px`,
    height: `${height}px`,
  })
  accent.addEventListener('animationend', () => accent.remove())
  document.body.append(accent)
}
