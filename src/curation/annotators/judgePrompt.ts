// The prompt of a judge on disk: the file that the curation file names, or one in the data folder
// that the first run writes, for the user to edit.
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { JudgeSettings } from '../../core/formats/judgeSettings'
import {
  DEFAULT_PROMPT,
  mustBeTemplate,
  promptVersion,
  usesGuidelines,
} from '../../core/judging/prompt'
import { FailureError, toFailure } from '../../shared/errors'
import { annotationFileName } from '../../store/annotationJournals'
import type { CurationPaths } from '../../store/curationPaths'

export interface JudgePrompt {
  file: string
  template: string
  /** Empty where the template has no place for them, or there are none. */
  guidelines: string
  version: string
}

type PromptSettings = Pick<JudgeSettings, 'name'> & { prompt?: string | undefined }

/** Where the prompt of a judge is. */
const judgePromptFile = (
  { base, judgePrompts }: Pick<CurationPaths, 'base' | 'judgePrompts'>,
  { name, prompt }: PromptSettings,
): string =>
  prompt === undefined
    ? path.join(judgePrompts, annotationFileName(name).replace(/\.jsonl$/, '.prompt.md'))
    : path.resolve(base, prompt)

/**
 * The prompt as it is now: the default one where the file in the data folder does not exist yet.
 * @throws FailureError `not-found` for a file that the curation file names and that does not exist;
 *   `bad-input` for a template without a place for the request or a response.
 */
export function readJudgePrompt(paths: CurationPaths, settings: PromptSettings): JudgePrompt {
  const file = judgePromptFile(paths, settings)
  const isOptional = settings.prompt === undefined
  const template = textOf(file, isOptional) ?? DEFAULT_PROMPT
  mustBeTemplate(template, file)
  const guidelines =
    usesGuidelines(template) && paths.guidelines !== null
      ? (textOf(paths.guidelines, false) ?? '')
      : ''
  return { file, template, guidelines, version: promptVersion(template, guidelines) }
}

/** Writes the default prompt into the data folder, unless the judge has a prompt. */
export async function writeDefaultPrompt(
  paths: CurationPaths,
  settings: PromptSettings,
): Promise<void> {
  if (settings.prompt !== undefined) return
  const file = judgePromptFile(paths, settings)
  try {
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, DEFAULT_PROMPT, { flag: 'wx' })
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new FailureError(toFailure(thrown, file), { cause: thrown })
  }
}

/** null for a file that does not exist and need not. */
function textOf(file: string, isOptional: boolean): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    if (isOptional && (thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new FailureError(toFailure(thrown, file), { cause: thrown })
  }
}
