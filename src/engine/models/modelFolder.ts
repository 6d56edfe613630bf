// A model folder: which of its files are loaded, and whether they are what they should be.
import * as l10n from '@vscode/l10n'
import { open, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Device } from '../../shared/domain'
import { failureError } from '../../shared/errors'
import { graphBeside, type Precision, type Role } from './graphFiles'
import { chooseFiles, type Incomplete, type ModelFiles } from './modelFiles'
import { findsWeights } from './sharedWeights'

/** Subfolders of a model folder that can contain files to load. */
const SUBFOLDER = /^onnx$|^\d+_\w+$/

/**
 * Paths of the files in `folder` and its {@link SUBFOLDER}s, relative to it, with `/`. Empty if
 * there is no such folder.
 */
export async function listFolder(folder: string): Promise<Set<string>> {
  const names = await namesIn(folder)
  const inner = await Promise.all(
    names
      .filter((name) => SUBFOLDER.test(name))
      .map(async (subfolder) =>
        (await namesIn(path.join(folder, subfolder))).map((name) => `${subfolder}/${name}`),
      ),
  )
  return new Set([...names, ...inner.flat()])
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (thrown) {
    if (['ENOENT', 'ENOTDIR'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return []
    throw thrown
  }
}

/**
 * The files to load.
 * @throws FailureError `model-incomplete`, which names the missing or damaged file.
 */
export async function completeFiles(
  folder: string,
  role: Role,
  device: Device,
  precision: Precision,
): Promise<ModelFiles> {
  const available = await listFolder(folder)
  for (;;) {
    const chosen = chooseFiles(available, role, device, precision)
    if ('missing' in chosen)
      throw (await cacheOfHub(folder)) ?? incompleteModel(chosen, folder, role)
    for (const file of chosen.files) await requireContent(path.join(folder, ...file.split('/')))
    const beside = graphBeside(chosen.graph)
    if (beside === undefined || (await findsWeights(folder, chosen.graph, beside))) return chosen
    available.delete(chosen.graph)
  }
}

/** The hub's programs keep the files of a model in `snapshots/COMMIT`. */
async function cacheOfHub(folder: string): Promise<Error | undefined> {
  const [snapshot] = await namesIn(path.join(folder, 'snapshots'))
  if (snapshot === undefined) return undefined
  return failureError(
    'model-incomplete',
    l10n.t('This folder is of a cache of the model hub, not of a model.'),
    {
      where: folder,
      remedy: l10n.t`Name the folder ${path.join(folder, 'snapshots', snapshot)}.`,
    },
  )
}

/** What is missing, and which graphs were found instead. */
export function incompleteModel({ missing, graphs }: Incomplete, where: string, role: Role): Error {
  return failureError(
    'model-incomplete',
    graphs.length === 0
      ? l10n.t`The model has no ${missing}.`
      : l10n.t`The model has no ${missing} and no other graph that serves here. It has ${graphs.slice(0, 6).join(', ')}.`,
    {
      where,
      remedy: remedyFor({ missing, graphs }, role),
    },
  )
}

function remedyFor({ missing, graphs }: Incomplete, role: Role): string {
  if (role === 'scorer' && graphs.length === 0 && missing.endsWith('.onnx'))
    return l10n.t(
      'Set "runtime": "python" of the judge to score a model in Hugging Face format, or name one with an ONNX graph.',
    )
  return graphs.some((file) => /encoder|vision|audio|embed_tokens/.test(file))
    ? l10n.t(
        'Choose a text generation model of one graph; models with an encoder, vision models and audio models are not supported.',
      )
    : l10n.t('Copy the missing file into the folder, or name another model.')
}

const LONGEST_MARK = 64

/** @throws FailureError `model-incomplete` for a file that stands for another one, or is empty. */
async function requireContent(file: string): Promise<void> {
  const start = await startOf(file)
  if (start.startsWith('version https://git-lfs.github.com/'))
    throw failureError(
      'model-incomplete',
      l10n.t('The file is a Git LFS pointer, not the content itself.'),
      {
        where: file,
        remedy: l10n.t('Run "git lfs pull" in the folder, or download the model again.'),
      },
    )
  if (/^\s*<(?:!doctype|html)/i.test(start))
    throw failureError('model-incomplete', l10n.t('The file is a web page, not part of a model.'), {
      where: file,
      remedy: l10n.t('Download the file again.'),
    })
  if (start === '' && !file.endsWith('.jinja'))
    throw failureError('model-incomplete', l10n.t('The file is empty.'), {
      where: file,
      remedy: l10n.t('Copy or download the model again.'),
    })
}

async function startOf(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LONGEST_MARK), 0, LONGEST_MARK, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
