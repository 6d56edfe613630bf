// A model from elsewhere in the form that the engine loads.
import * as l10n from '@vscode/l10n'
import { statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { buildModel, type BuiltModel, type ModelBuildOptions } from '../processes/modelBuild'
import { failureError } from '../shared/errors'
import { mustBeNew } from './newFolder'

/**
 * Builds a folder in Hugging Face format, or one with a LoRA adapter whose base is on this machine.
 * @param options asked for once the source was looked at.
 * @throws FailureError `not-found`, `bad-input` for a GGUF file, for a folder that needs no build,
 *   and where the target is there already; as {@link buildModel}.
 */
export async function importModel(
  source: string,
  target: string,
  options: () => Promise<ModelBuildOptions>,
): Promise<BuiltModel> {
  mustBeNew(target)
  await mustBeImportable(source)
  return buildModel(target, ['build-model', '--from', source], await options())
}

/** @throws FailureError with what to do instead. */
export async function mustBeImportable(source: string): Promise<void> {
  const stats = statSync(source, { throwIfNoEntry: false })
  if (!stats) throw failureError('not-found', l10n.t('There is no such folder.'), { where: source })
  if (!stats.isDirectory())
    throw failureError(
      'bad-input',
      source.toLowerCase().endsWith('.gguf')
        ? l10n.t('GGUF files cannot be imported: their weights are rounded already.')
        : l10n.t('This is no folder of a model.'),
      {
        where: source,
        remedy: l10n.t(
          'Give the folder that the model was saved to in Hugging Face format. A GGUF file can be served by llama-server or Ollama, and sampled from there.',
        ),
      },
    )
  const names = await readdir(source)
  const graphs = [...names, ...(await readdir(path.join(source, 'onnx')).catch(() => []))]
  if (graphs.some((name) => name.endsWith('.onnx')))
    throw failureError('bad-input', l10n.t('This folder holds an ONNX model already.'), {
      where: source,
      remedy: l10n.t('Name the folder itself as the generator.'),
    })
  if (!names.includes('config.json') && !names.includes('adapter_config.json'))
    throw failureError('bad-input', l10n.t('This folder has no config.json.'), {
      where: source,
      remedy: l10n.t('Give the folder that the model was saved to in Hugging Face format.'),
    })
}
