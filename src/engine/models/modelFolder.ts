// A model folder: its files, whether they are complete, and its configuration.
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Device } from '../../shared/domain'
import { failureError } from '../../shared/errors'
import { chooseFiles, type ModelFiles, type Precision, type Role } from './modelFiles'

/** Subfolders of a model folder that can contain files to load. */
const SUBFOLDERS = ['onnx', '1_Pooling']

/**
 * Paths of the files in `folder` and its {@link SUBFOLDERS}, relative to it, with `/`. Empty if
 * there is no such folder.
 */
export async function listFolder(folder: string): Promise<Set<string>> {
  const lists = await Promise.all([
    namesIn(folder),
    ...SUBFOLDERS.map(async (subfolder) =>
      (await namesIn(path.join(folder, subfolder))).map((name) => `${subfolder}/${name}`),
    ),
  ])
  return new Set(lists.flat())
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (thrown) {
    if (['ENOENT', 'ENOTDIR'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return []
    throw thrown
  }
}

/** The files to load. @throws FailureError `model-incomplete`, which names the missing file. */
export async function completeFiles(
  folder: string,
  role: Role,
  device: Device,
  precision: Precision,
): Promise<ModelFiles> {
  const chosen = chooseFiles(await listFolder(folder), role, device, precision)
  if ('missing' in chosen) {
    throw failureError('model-incomplete', `The model has no ${chosen.missing}.`, {
      where: folder,
      remedy: 'Copy the missing file into the folder, or name another model.',
    })
  }
  return chosen
}

/**
 * The object in a JSON file of a model folder; empty if an optional file is absent.
 * @throws FailureError `model-incomplete` for invalid JSON; errors of the file system.
 */
export async function readModelJson(
  folder: string,
  file: string,
  optional = false,
): Promise<Record<string, unknown>> {
  const where = path.join(folder, file)
  try {
    return JSON.parse(await readFile(where, 'utf8')) as Record<string, unknown>
  } catch (thrown) {
    if (optional && (thrown as NodeJS.ErrnoException).code === 'ENOENT') return {}
    if (thrown instanceof SyntaxError)
      throw failureError('model-incomplete', 'The file is not valid JSON.', {
        where,
        remedy: 'Copy or download the model again.',
      })
    throw thrown
  }
}
