// A model from elsewhere in the form that the engine loads.
import * as l10n from '@vscode/l10n'
import { statSync } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import path from 'node:path'
import { buildModel, type BuiltModel, type ModelBuildOptions } from '../processes/modelBuild'
import type { PackageSet } from '../processes/pythonPackages'
import { failureError } from '../shared/errors'
import { mustBeNew } from './newFolder'

/**
 * Builds a folder in Hugging Face format, one with a LoRA adapter whose base is on this machine, or
 * a GGUF file, whose weights are taken as they were rounded.
 * @param options asked for once the source was looked at.
 * @throws FailureError `not-found`; `bad-input` for another file, for a folder that needs no build,
 *   and where the target is there already; as {@link buildModel}.
 */
export async function importModel(
  source: string,
  target: string,
  options: () => Promise<ModelBuildOptions>,
): Promise<BuiltModel> {
  mustBeNew(target)
  await mustBeImportable(source)
  const command = ['build-model', '--from', source]
  return buildModel(target, command, await options(), packagesOf(source))
}

/** What reading a source needs. */
export const packagesOf = (source: string): PackageSet[] =>
  statSync(source).isFile() ? ['gguf'] : []

/** @throws FailureError with what to do instead. */
export async function mustBeImportable(source: string): Promise<void> {
  const stats = statSync(source, { throwIfNoEntry: false })
  if (!stats)
    throw failureError('not-found', l10n.t('There is no such file or folder.'), {
      where: source,
      remedy: l10n.t('Name a folder in Hugging Face format or a GGUF file on this machine.'),
    })
  if (!stats.isDirectory()) {
    if (await isGguf(source)) return
    throw failureError(
      'bad-input',
      l10n.t('This is neither a folder of a model nor a GGUF file.'),
      {
        where: source,
        remedy: l10n.t(
          'Give the folder that the model was saved to in Hugging Face format, or a GGUF file.',
        ),
      },
    )
  }
  const names = await readdir(source)
  const graphs = [...names, ...(await readdir(path.join(source, 'onnx')).catch(() => []))]
  if (graphs.some((name) => name.endsWith('.onnx')))
    throw failureError('bad-input', l10n.t('This folder holds an ONNX model already.'), {
      where: source,
      remedy: l10n.t('Name the folder itself as the generator.'),
    })
  const lacking = lackingFile(names)
  if (lacking !== null)
    throw failureError('bad-input', l10n.t`This folder has no ${lacking}.`, {
      where: source,
      remedy: l10n.t('Give the folder that the model was saved to in Hugging Face format.'),
    })
}

const ADAPTER_WEIGHTS = /^adapter_model\.(?:safetensors|bin)$/
/** In one file, or in several of any name, which an index lists. */
const MODEL_WEIGHTS = /^(?:pytorch_)?model.*\.(?:safetensors|bin)(?:\.index\.json)?$/

/** The first file that a model or an adapter must have, and that is not among these. */
function lackingFile(names: readonly string[]): string | null {
  const hasWeights = (weights: RegExp): boolean => names.some((name) => weights.test(name))
  if (names.includes('adapter_config.json'))
    return hasWeights(ADAPTER_WEIGHTS) ? null : 'adapter_model.safetensors'
  if (!names.includes('config.json')) return 'config.json'
  return hasWeights(MODEL_WEIGHTS) ? null : 'model.safetensors'
}

const GGUF = 'GGUF'

/** By its first bytes. */
async function isGguf(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(GGUF.length), 0, GGUF.length, 0)
    return buffer.toString('latin1', 0, bytesRead) === GGUF
  } finally {
    await handle.close()
  }
}
