// Keeping labels: an edited prompt takes over the candidates and annotations of the prompt that it
// was before, when a person says that they still hold.
import type { Prompt } from '../../shared/domain'
import { appendKeptPrompts } from '../../store/keptPrompts'
import type { Curation } from '../curation'

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
    candidatesOf(curation, prompt.id) > 0 ? prompt.id : undefined,
  )
  const annotations = annotationCounts(curation)
  return [...fresh].flatMap(([after, prompts]) => {
    const earlier = runs.get(after) ?? []
    if (earlier.length !== prompts.length) return []
    return prompts.flatMap((prompt, place) => {
      const id = earlier[place]
      return id === undefined ? [] : describe(curation, prompt, id, annotations.get(id) ?? 0)
    })
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
    if (id !== undefined) {
      after = id
      continue
    }
    const run = runs.get(after)
    if (run) run.push(element)
    else runs.set(after, [element])
  }
  return runs
}

/** In all rounds. */
const candidatesOf = ({ rounds }: Curation, promptId: string): number =>
  rounds.reduce((sum, round) => sum + round.poolSize(promptId), 0)

/** The annotations of all annotators, by prompt id. */
function annotationCounts({ store: { annotations } }: Curation): Map<string, number> {
  const counts = new Map<string, number>()
  for (const annotator of annotations.annotators)
    for (const { promptId } of annotations.standing(annotator).values())
      counts.set(promptId, (counts.get(promptId) ?? 0) + 1)
  return counts
}

function describe(
  curation: Curation,
  prompt: Prompt,
  earlier: string,
  annotations: number,
): Keepable {
  const pool = curation.rounds.find((round) => round.poolSize(earlier) > 0)?.pool(earlier)
  return {
    prompt,
    line: curation.lineOf(prompt.id),
    earlier,
    candidates: candidatesOf(curation, earlier),
    annotations,
    response: pool?.[0]?.text ?? '',
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
