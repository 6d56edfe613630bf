// The prompts of a curation as its journals know them.
import type { Prompt } from '../../shared/domain'
import type { LoadedPrompts } from '../../store/promptFile'

export type PromptsRead = Pick<LoadedPrompts, 'format' | 'report'>

export interface FoundPrompts {
  /** In file order. */
  prompts: readonly Prompt[]
  /** 1-based line of each. */
  lines: readonly number[]
  /** Place among {@link prompts} by id, and by the hash of a prompt that keeps an earlier id. */
  places: ReadonlyMap<string, number>
  reading: PromptsRead
}

/** 0-based place in the prompts file; -1 for an unknown prompt. */
export const placeOf = ({ places }: FoundPrompts, promptId: string): number =>
  places.get(promptId) ?? -1

/**
 * Gives prompts that keep the records of an earlier one its id, unless the file holds that one too.
 * @param kept earlier id by the hash of the messages.
 */
export function foundPrompts(
  { prompts, lines, ...reading }: LoadedPrompts,
  kept: ReadonlyMap<string, string>,
): FoundPrompts {
  const places = new Map(prompts.map(({ id }, place) => [id, place]))
  const named = prompts.map((prompt, place) => {
    const id = kept.get(prompt.id)
    if (id === undefined || places.has(id)) return prompt
    places.set(id, place)
    return { ...prompt, id }
  })
  return { prompts: named, lines, places, reading }
}
