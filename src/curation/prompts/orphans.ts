// Records of prompts that the file of prompts no longer holds: the prompt was edited or removed, or
// the curation names another file. They stay in the journals and do not count.
import * as l10n from '@vscode/l10n'
import type { Orphans } from '../../shared/curationViews'
import type { Curation } from '../curation'

type OrphanSource = Pick<Curation, 'prompt' | 'store'> & {
  rounds: readonly { number: number }[]
}

/** Counts again only after a change that concerns such a prompt: hardly ever. */
export class OrphanCount {
  private counted: Orphans | null | undefined

  constructor(private readonly curation: OrphanSource) {
    curation.store.onChange(({ promptIds }) => {
      if (promptIds === 'all' || [...promptIds].some((id) => !curation.prompt(id)))
        this.counted = undefined
    })
  }

  /** null where there are none. */
  current(): Orphans | null {
    if (this.counted === undefined) this.counted = countOrphans(this.curation)
    return this.counted
  }
}

function countOrphans({ prompt, rounds, store }: OrphanSource): Orphans | null {
  const { annotations, candidates } = store
  const ids = new Set(candidates.promptIds().filter((id) => !prompt(id)))
  const orphans: Orphans = { prompts: 0, candidates: 0, annotations: 0 }
  for (const id of ids)
    for (const { number } of rounds) orphans.candidates += candidates.poolSize(id, number)
  for (const annotator of annotations.annotators)
    for (const { promptId } of annotations.standing(annotator).values()) {
      if (prompt(promptId)) continue
      ids.add(promptId)
      orphans.annotations++
    }
  orphans.prompts = ids.size
  return orphans.prompts === 0 ? null : orphans
}

/** @param file the file of prompts. */
export function orphansSentence(
  { prompts, candidates, annotations }: Orphans,
  file: string,
): string {
  const records = l10n.t`candidates: ${candidates}, labels: ${annotations}`
  return prompts === 1
    ? l10n.t`1 prompt is no longer in ${file}: its records do not count (${records}). If it was edited, “aepo keep” takes them over.`
    : l10n.t`${prompts} prompts are no longer in ${file}: their records do not count (${records}). If they were edited, “aepo keep” takes them over.`
}
