// Every prompt of a curation with what became of it, for one annotator.
import type { Prompt, Selection } from '../shared/domain'
import type { ReviewRow } from '../shared/editorProtocol'
import type { Curation } from './curation'
import { excerptOf } from './excerpt'

/** Of each prompt; a row of the screen shows less. */
const EXCERPT_CHARACTERS = 200

/**
 * In prompt order.
 * @param search in any case, in a message of the prompt or in the note; empty for all prompts.
 */
export function reviewRows(curation: Curation, search: string): ReviewRow[] {
  const { store, annotator, round } = curation
  const standing = store.annotations.standing(annotator)
  const selections = new Map(round.selections().map((one) => [one.promptId, one]))
  const wanted = search.trim().toLowerCase()
  return curation.prompts.flatMap((prompt, position) => {
    const selection = selections.get(prompt.id)
    const annotation = selection && standing.get(selection.id)
    const note = annotation?.note ?? ''
    if (!matches(prompt, note, wanted)) return []
    return {
      position,
      excerpt: excerptOf(prompt, EXCERPT_CHARACTERS),
      isSelected: selection !== undefined,
      decision: annotation
        ? { preference: annotation.preference, shownOrder: annotation.shownOrder }
        : null,
      note,
      removed: removedFrom(selection),
    }
  })
}

function matches({ messages }: Prompt, note: string, wanted: string): boolean {
  const isIn = (text: string): boolean => text.toLowerCase().includes(wanted)
  return wanted === '' || isIn(note) || messages.some(({ content }) => isIn(content))
}

const removedFrom = (selection: Selection | undefined): number => selection?.removed.length ?? 0
