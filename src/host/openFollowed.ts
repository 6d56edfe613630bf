// Opens a curation for the editor, and follows the files that it is read from.
import { readFile } from 'node:fs/promises'
import { Curation, type OpenOptions } from '../curation/curation'
import { locateCuration } from '../store/curationFileStore'
import type { FollowedFiles } from './followedFiles'

export interface OpenedCuration {
  curation: Curation
  /** Markdown; null where there are none, or their file cannot be read. */
  guidelines: string | null
}

/**
 * The files are followed from the moment that they are known, also when a later one is broken.
 * @throws FailureError while the curation file or its prompts are not valid.
 */
export async function openFollowed(
  file: string,
  followed: FollowedFiles,
  options: OpenOptions,
): Promise<OpenedCuration> {
  followed.set([file])
  const { prompts, guidelines, folder } = await locateCuration(file)
  followed.set([file, prompts, ...(guidelines === null ? [] : [guidelines])], folder)
  const curation = await Curation.open(file, options)
  return {
    curation,
    guidelines: guidelines && (await readFile(guidelines, 'utf8').catch(() => null)),
  }
}
