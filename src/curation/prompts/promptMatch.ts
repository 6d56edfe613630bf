// Finds the prompt of a curation that a row of another file means.
import { promptId } from '../../core/formats/ids'
import type { Prompt } from '../../shared/domain'
import type { Curation } from '../curation'

/**
 * The prompt with the same messages; else the one that differs in line ends and in blanks at the
 * beginning and the end of its messages alone, if there is one such prompt.
 */
export function promptMatcher(curation: Curation): (prompt: Prompt) => Prompt | undefined {
  let byNormalised: Map<string, Prompt | undefined> | undefined
  return (prompt) => {
    const same = curation.prompt(prompt.id)
    if (same) return same
    byNormalised ??= normalisedIndex(curation.prompts)
    return byNormalised.get(normalisedId(prompt))
  }
}

/** Prompts by their normalised messages; undefined where several have the same. */
function normalisedIndex(prompts: readonly Prompt[]): Map<string, Prompt | undefined> {
  const index = new Map<string, Prompt | undefined>()
  for (const prompt of prompts) {
    const id = normalisedId(prompt)
    index.set(id, index.has(id) ? undefined : prompt)
  }
  return index
}

const normalisedId = ({ messages }: Prompt): string =>
  promptId(
    messages.map(({ role, content }) => ({
      role,
      content: content.replaceAll('\r\n', '\n').trim(),
    })),
  )
