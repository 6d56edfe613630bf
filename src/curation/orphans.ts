// Records of prompts that the file of prompts no longer holds: the prompt was edited or removed, or
// the curation names another file. They stay in the journals and do not count.
import * as l10n from '@vscode/l10n'
import type { Orphans } from '../shared/curationViews'
import type { Curation } from './curation'

/** null where there are none. */
export function orphansOf(curation: Curation): Orphans | null {
  const { store, rounds } = curation
  const { annotations, candidates } = store
  const ids = new Set(candidates.promptIds().filter((id) => !curation.prompt(id)))
  const orphans: Orphans = { prompts: 0, candidates: 0, annotations: 0 }
  for (const id of ids)
    for (const { number } of rounds) orphans.candidates += candidates.poolSize(id, number)
  for (const annotator of annotations.annotators)
    for (const { promptId } of annotations.standing(annotator).values()) {
      if (curation.prompt(promptId)) continue
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
  const records = l10n.t`candidates: ${candidates}, annotations: ${annotations}`
  return prompts === 1
    ? l10n.t`1 prompt is no longer in ${file}: its records do not count (${records}). If it was edited, “aepo keep” takes them over.`
    : l10n.t`${prompts} prompts are no longer in ${file}: their records do not count (${records}). If they were edited, “aepo keep” takes them over.`
}
