// Where everything of a curation lies, from its file and what the file says.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import type { CurationFile } from '../core/formats/curationFile'
import { failureError, type FailureError } from '../shared/errors'

export const CURATION_SUFFIX = '.aepo.json'

/** Absolute paths. */
export interface CurationPaths {
  /** The curation file, `helpful.aepo.json`. */
  file: string
  /** The folder it lies in: what its relative paths start from. */
  base: string
  /** The data folder, `helpful.aepo`. */
  folder: string
  prompts: string
  output: string
  guidelines: string | null
  candidates: string
  embeddings: string
  embeddingsIndex: string
  selections: string
  kept: string
  leftOut: string
  /** Folder of `<annotator>.jsonl`. */
  annotations: string
  /** Folder of `<name>.jsonl`. */
  judges: string
  /** Folder of `<name>.prompt.md`: a judge has one prompt, for selections and evaluations. */
  judgePrompts: string
  /** Folder of `<run id>/`. */
  runs: string
  /** Folder of `<evaluation id>/`. */
  evaluations: string
}

/** `helpful.aepo` beside `helpful.aepo.json`. */
export function dataFolder(curationFile: string): string {
  const { dir, base, name } = path.parse(curationFile)
  return path.join(
    dir,
    `${base.endsWith(CURATION_SUFFIX) ? path.basename(base, CURATION_SUFFIX) : name}.aepo`,
  )
}

/** The journals in a data folder. */
export const journalPaths = (
  folder: string,
): Pick<
  CurationPaths,
  | 'candidates'
  | 'embeddings'
  | 'embeddingsIndex'
  | 'selections'
  | 'kept'
  | 'leftOut'
  | 'annotations'
  | 'judges'
> => ({
  candidates: path.join(folder, 'candidates.jsonl'),
  embeddings: path.join(folder, 'embeddings.f32'),
  embeddingsIndex: path.join(folder, 'embeddings.index.jsonl'),
  selections: path.join(folder, 'selections.jsonl'),
  kept: path.join(folder, 'kept.jsonl'),
  leftOut: path.join(folder, 'left-out.jsonl'),
  annotations: path.join(folder, 'annotations'),
  judges: path.join(folder, 'judges'),
})

/**
 * @throws FailureError `bad-input` when the output would overwrite the prompts, the curation file
 *   or the journals.
 */
export function curationPaths(
  curationFile: string,
  settings: Pick<CurationFile, 'prompts' | 'output' | 'annotation'>,
): CurationPaths {
  const file = path.resolve(curationFile)
  const base = path.dirname(file)
  const folder = dataFolder(file)
  const name = path.basename(folder, '.aepo')
  const { guidelines } = settings.annotation
  const paths = {
    file,
    base,
    folder,
    prompts: path.resolve(base, settings.prompts),
    output: path.resolve(base, settings.output ?? `${name}.dpo.jsonl`),
    guidelines: guidelines === undefined ? null : path.resolve(base, guidelines),
    ...journalPaths(folder),
    judgePrompts: path.join(folder, 'judges'),
    runs: path.join(folder, 'runs'),
    evaluations: path.join(folder, 'evaluations'),
  }
  mustBeOutput(paths.output, paths)
  return paths
}

/** @throws FailureError `bad-input` when this is, by its name, a file that the curation reads. */
export function mustBeOutput(output: string, paths: CurationPaths): void {
  if (
    [paths.file, paths.prompts, paths.guidelines].includes(output) ||
    isInside(output, paths.folder)
  )
    throw overwritten(output, paths)
}

export const overwritten = (output: string, { file }: CurationPaths): FailureError =>
  failureError(
    'bad-input',
    l10n.t`The output ${output} would overwrite a file that the curation reads.`,
    {
      where: file,
      remedy: l10n.t('Give the output a file of its own.'),
    },
  )

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file)
  return (
    relative === '' ||
    !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative))
  )
}
