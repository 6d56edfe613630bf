// Every prompt of a round with what became of it, for one annotator.
import type { Annotation, Prompt } from '../../shared/domain'
import type { ReviewRow } from '../../shared/reviewProtocol'
import type { Curation } from '../curation'
import { leftOutPrompts } from '../generation/leftOut'
import { excerptOf } from '../excerpt'

/** Characters of the prompt in a row; the screen shows fewer. */
const EXCERPT_CHARACTERS = 200

/**
 * In prompt order.
 * @param search in any case, in a message of the prompt or in the note; empty for all prompts.
 */
export function reviewRows(curation: Curation, search: string): ReviewRow[] {
  const { store, annotator, round } = curation
  const leftOut = new Map(leftOutPrompts(curation).map((one) => [one.position, one.reason]))
  const flagged = store.annotations.flagged(annotator)
  const standing = store.annotations.standing(annotator)
  const wanted = search.trim().toLowerCase()
  return round.prompts.flatMap((prompt) => {
    const position = curation.placeOf(prompt.id)
    const selections = round.comparable(prompt.id)
    const rows = selections.length === 0 ? [undefined] : selections
    return rows.flatMap((selection, index) => {
      const annotation = selection && standing.get(selection.id)
      const note = annotation?.note ?? ''
      if (!matches(prompt, note, wanted)) return []
      return {
        selectionId: selection?.id ?? null,
        ...(round.isJustInTime && round.isAwaiting(prompt.id) ? { isDue: true } : {}),
        promptId: prompt.id,
        position,
        place: index + 1,
        excerpt: excerptOf(prompt, EXCERPT_CHARACTERS),
        decision: annotation ? decisionOf(annotation) : null,
        note,
        flagged: flagged.has(prompt.id),
        leftOut: leftOut.get(position) ?? null,
        removed: selection?.removed.filter(({ reason }) => reason !== 'seen').length ?? 0,
      }
    })
  })
}

const decisionOf = ({
  preference,
  shownOrder,
  edit,
}: Annotation): NonNullable<ReviewRow['decision']> => ({
  preference,
  shownOrder,
  isEdited: edit !== undefined,
})

function matches({ messages }: Prompt, note: string, wanted: string): boolean {
  const isIn = (text: string): boolean => text.toLowerCase().includes(wanted)
  return wanted === '' || isIn(note) || messages.some(({ content }) => isIn(content))
}
