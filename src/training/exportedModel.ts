// The trained model of a run as one folder in Hugging Face format, and how other programs take it.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { quoted } from '../core/shellWord'
import { HARNESS, harnessWords } from '../core/training/harness'
import { exportModel, type ModelBuildOptions } from '../processes/modelBuild'
import { mustBeGenerator } from './builtModels'
import { mustBeNew } from './newFolder'
import type { TrainingRun } from './trainingRun'

/** A line for a terminal, and what it does. */
interface Line {
  does: string
  line: string
}

/**
 * Writes the folder; an adapter is merged into its base in float32.
 * @param options asked for once the run was looked at.
 * @returns lines that take the model on.
 * @throws FailureError `bad-input` where the folder is there already; as `buildModel`.
 */
export async function exportRunModel(
  run: TrainingRun,
  folder: string,
  options: () => Promise<ModelBuildOptions>,
): Promise<Line[]> {
  mustBeGenerator(run)
  mustBeNew(folder)
  await exportModel(folder, run.output, await options())
  return onwardLines(folder)
}

export function onwardLines(folder: string): Line[] {
  const name = path.basename(folder)
  const [place, gguf] = [quoted(folder), quoted(`${folder}.gguf`)]
  const line = (does: string, ...words: string[]): Line => ({ does, line: words.join(' ') })
  return [
    line(l10n.t('Serve it with vLLM'), 'vllm', 'serve', place, '--served-model-name', quoted(name)),
    line(
      l10n.t('Convert it to GGUF, in a checkout of llama.cpp'),
      ...['python', 'convert_hf_to_gguf.py', place, '--outfile', gguf],
    ),
    line(l10n.t('Serve the GGUF file with llama.cpp'), 'llama-server', '-m', gguf),
    line(
      l10n.t('Take it into Ollama'),
      ...['printf', quoted(`FROM ${folder}\n`), '>', quoted(`${folder}.Modelfile`), '&&'],
      ...['ollama', 'create', quoted(name), '-f', quoted(`${folder}.Modelfile`)],
    ),
    line(HARNESS, ...harnessWords({ pretrained: folder }).map(quoted)),
    line(l10n.t('Push it to the Hugging Face hub'), 'hf', 'upload', quoted(name), place),
  ]
}

export const describeExport = (folder: string, lines: readonly Line[]): string =>
  [
    l10n.t`The model is in ${folder}.`,
    ...lines.map(({ does, line }) => `${does}:\n    ${line}`),
  ].join('\n')
