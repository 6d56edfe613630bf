// Keeping labels: an edited prompt takes over the candidates and annotations of the prompt that it
// was before, when a person says that they still hold.
import type { Prompt } from '../shared/domain'
import { appendKeptPrompts } from '../store/keptPrompts'
import type { Curation } from './curation'

/** An edited prompt of the file, and the earlier one whose records it can take over. */
export interface Keepable {
  prompt: Prompt
  /** 1-based line of the prompt in its file. */
  line: number
  /** Id of the prompt that the file no longer holds. */
  earlier: string
  candidates: number
  annotations: number
  /** One of the responses to the earlier prompt, by which a person may know it. */
  response: string
}

/**
 * What can be kept, in file order. The texts of earlier prompts are not on disk; an edit leaves a
 * prompt between its neighbours: where as many new prompts stand between two known ones as records
 * of missing prompts do in the journal, they are paired in order.
 */
export function keepable(curation: Curation): Keepable[] {
  const known = curation.store.candidates.promptIds()
  const runs = runsBetween(known, (id) => curation.prompt(id)?.id)
  const fresh = runsBetween(curation.prompts, (prompt) =>
    curation.round.poolSize(prompt.id) > 0 ? prompt.id : undefined,
  )
  return [...fresh].flatMap(([after, prompts]) => {
    const earlier = runs.get(after) ?? []
    if (earlier.length !== prompts.length) return []
    return prompts.map((prompt, place) => describe(curation, prompt, earlier[place] ?? ''))
  })
}

/** The unknown elements that follow each known one; those at the beginning follow ''. */
function runsBetween<T>(
  elements: readonly T[],
  idOf: (element: T) => string | undefined,
): Map<string, T[]> {
  const runs = new Map<string, T[]>()
  let after = ''
  for (const element of elements) {
    const id = idOf(element)
    if (id === undefined) runs.set(after, [...(runs.get(after) ?? []), element])
    else after = id
  }
  return runs
}

function describe(curation: Curation, prompt: Prompt, earlier: string): Keepable {
  const { store, round } = curation
  const annotations = store.annotations.annotators.flatMap((annotator) =>
    [...store.annotations.standing(annotator).values()].filter(
      ({ promptId }) => promptId === earlier,
    ),
  )
  return {
    prompt,
    line: curation.lines[curation.placeOf(prompt.id)] ?? 0,
    earlier,
    candidates: round.poolSize(earlier),
    annotations: annotations.length,
    response: round.pool(earlier)[0]?.text ?? '',
  }
}

/** Takes effect when the curation is opened again. @throws FailureError of the file system. */
export async function keepLabels(
  curation: Curation,
  pairs: readonly Pick<Keepable, 'prompt' | 'earlier'>[],
): Promise<void> {
  const at = curation.now().toISOString()
  await appendKeptPrompts(
    curation.paths.kept,
    pairs.map(({ prompt, earlier }) => ({ promptId: prompt.id, keeps: earlier, at })),
  )
}
