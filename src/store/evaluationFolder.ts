// The folder of an evaluation, `evaluations/<id>/` in the data folder of its curation: what it was
// asked to do, its prompts, and journals as those of a curation.
import * as l10n from '@vscode/l10n'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type EvaluationFile, evaluationFileSchema } from '../core/formats/evaluationFile'
import { jsonOf } from '../core/text/values'
import type { Prompt } from '../shared/domain'
import { FailureError, failureError, toFailure } from '../shared/errors'
import { replaceFile } from './atomicFile'
import { type CurationPaths, journalPaths } from './curationPaths'
import { makeDataFolder } from './dataFolder'
import { makeFolder } from './files'

const SETTINGS = 'evaluation.json'
const PROMPTS = 'prompts.jsonl'

/** The paths of a curation with those of the journals and prompts of an evaluation. */
export function evaluationPaths(curation: CurationPaths, id: string): CurationPaths {
  const folder = path.join(curation.evaluations, id)
  return {
    ...curation,
    folder,
    file: path.join(folder, SETTINGS),
    prompts: path.join(folder, PROMPTS),
    output: path.join(folder, 'output.jsonl'), // never written: votes are no data set
    ...journalPaths(folder),
  }
}

/**
 * Makes the folder of an evaluation. The settings are written last: a folder without them is none.
 * @param file all but the id, which follows from the time.
 * @returns the id.
 * @throws FailureError of the file system.
 */
export async function makeEvaluation(
  { evaluations, folder: dataFolder }: CurationPaths,
  file: Omit<EvaluationFile, 'id'>,
  prompts: readonly Prompt[],
): Promise<string> {
  try {
    await makeDataFolder(dataFolder)
    await makeFolder(evaluations)
    const folder = await newFolder(evaluations, file.createdAt.slice(0, 19).replaceAll(':', '-'))
    const id = path.basename(folder)
    const rows = prompts.map(({ messages }) => `${JSON.stringify({ prompt: messages })}\n`)
    await writeFile(path.join(folder, PROMPTS), rows.join(''))
    const { version, ...settings } = file
    const text = JSON.stringify({ version, id, ...settings }, null, 2)
    await replaceFile(path.join(folder, SETTINGS), [`${text}\n`])
    return id
  } catch (thrown) {
    throw new FailureError(toFailure(thrown, evaluations), { cause: thrown })
  }
}

async function newFolder(parent: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const folder = path.join(parent, number === 1 ? name : `${name}-${number}`)
    if (await makeFolder(folder)) return folder
  }
}

/** @throws FailureError `not-found`, or `bad-input` for a file that describes no evaluation. */
export async function readEvaluation(
  { evaluations }: CurationPaths,
  id: string,
): Promise<EvaluationFile> {
  const where = path.join(evaluations, id, SETTINGS)
  const remedy = l10n.t('Restore the file, or make a new evaluation.')
  const text = await readFile(where, 'utf8').catch((thrown: unknown) => {
    throw new FailureError({ ...toFailure(thrown, where), remedy }, { cause: thrown })
  })
  const parsed = evaluationFileSchema.safeParse(jsonOf(text))
  if (parsed.success) return { ...parsed.data, id }
  throw failureError('bad-input', l10n.t('This file does not describe an evaluation.'), {
    where,
    remedy,
  })
}

/** Ids of the evaluations, the oldest first. Folders without settings are left out. */
export async function evaluationIds({ evaluations }: CurationPaths): Promise<string[]> {
  const entries = await readdir(evaluations, { withFileTypes: true }).catch(() => [])
  const ids: string[] = []
  for (const entry of entries.filter((each) => each.isDirectory())) {
    const names = await readdir(path.join(evaluations, entry.name)).catch((): string[] => [])
    if (names.includes(SETTINGS)) ids.push(entry.name)
  }
  return ids.sort()
}
