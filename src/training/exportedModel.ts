// The trained model of a run as one folder in Hugging Face format or as a GGUF file, and how other
// programs take it.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { quoted } from '../core/shellWord'
import { HARNESS, harnessWords } from '../core/training/harness'
import { modelCard } from '../core/training/report/card'
import { exportGguf, exportModel, type ModelBuildOptions } from '../processes/modelBuild'
import { replaceFile } from '../store/atomicFile'
import { mustBeGenerator } from './builtModels'
import { mustBeImportable, packagesOf } from './importedModel'
import { mustBeNew } from './newFolder'
import { readFacts } from './report'
import type { TrainingRun } from './trainingRun'

export const MODEL_FORMATS = ['merged', 'gguf'] as const
type ModelFormat = (typeof MODEL_FORMATS)[number]

/** A line for a terminal, and what it does. */
interface Line {
  does: string
  line: string
}

const lineOf = (does: string, ...words: string[]): Line => ({ does, line: words.join(' ') })

/**
 * Writes the folder, with a model card, or the GGUF file; an adapter is merged into its base in
 * float32.
 * @param options asked for once the run was looked at.
 * @returns lines that take the model on.
 * @throws FailureError `bad-input` where the target is there already; as `buildModel`.
 */
export async function exportRunModel(
  run: TrainingRun,
  target: string,
  options: () => Promise<ModelBuildOptions>,
  format: ModelFormat = 'merged',
): Promise<Line[]> {
  mustBeGenerator(run)
  mustBeNew(target, format === 'gguf' ? 'file' : 'folder')
  switch (format) {
    case 'merged':
      return exportFolder(run, target, options)
    case 'gguf':
      await exportGguf(target, run.output, await options())
      return ggufLines(target)
  }
}

/**
 * The same for a model that no run made: an adapter with its base, a GGUF file, or a folder. It has
 * no model card.
 * @throws FailureError as {@link exportRunModel}; `not-found` or `bad-input` for another source.
 */
export async function exportOtherModel(
  source: string,
  target: string,
  options: () => Promise<ModelBuildOptions>,
  format: ModelFormat = 'merged',
): Promise<Line[]> {
  mustBeNew(target, format === 'gguf' ? 'file' : 'folder')
  await mustBeImportable(source)
  switch (format) {
    case 'merged':
      await exportModel(target, source, await options(), packagesOf(source))
      return onwardLines(target)
    case 'gguf':
      await exportGguf(target, source, await options())
      return ggufLines(target)
  }
}

/** The card is made first: nothing is written where the folder of the run is damaged. */
async function exportFolder(
  run: TrainingRun,
  folder: string,
  options: () => Promise<ModelBuildOptions>,
): Promise<Line[]> {
  const card = modelCard(path.basename(folder), await readFacts(run, curationOf(run)))
  await exportModel(folder, run.output, await options())
  await replaceFile(path.join(folder, 'README.md'), [card])
  return onwardLines(folder)
}

/** A run lies in the folder `runs` of the data folder of its curation. */
function curationOf({ folder }: TrainingRun): { file: string; base: string } {
  const data = path.dirname(path.dirname(folder))
  return { file: `${data}.json`, base: path.dirname(data) }
}

export function onwardLines(folder: string): Line[] {
  const name = path.basename(folder)
  const [place, gguf] = [quoted(folder), quoted(`${folder}.gguf`)]
  return [
    lineOf(
      l10n.t('Serve it with vLLM'),
      ...['vllm', 'serve', place, '--served-model-name', quoted(name)],
    ),
    lineOf(
      l10n.t('Convert it to GGUF, in a checkout of llama.cpp'),
      ...['python', 'convert_hf_to_gguf.py', place, '--outfile', gguf],
    ),
    lineOf(l10n.t('Serve the GGUF file with llama.cpp'), 'llama-server', '-m', gguf),
    ollamaLine(name, folder),
    lineOf(HARNESS, ...harnessWords({ pretrained: folder }).map(quoted)),
    lineOf(
      l10n.t('Push it to the Hugging Face hub'),
      uploadLine(`USER/${publishedName(name)}`, folder),
    ),
  ]
}

function ggufLines(file: string): Line[] {
  const name = path.basename(file, path.extname(file))
  const rounded = quoted(file.replace(/(\.gguf)?$/i, '-Q4_K_M.gguf'))
  return [
    lineOf(l10n.t('Serve it with llama.cpp'), 'llama-server', '-m', quoted(file)),
    ollamaLine(name, file),
    lineOf(
      l10n.t('Round it to 4 bits with llama.cpp'),
      ...['llama-quantize', quoted(file), rounded, 'Q4_K_M'],
    ),
  ]
}

/** The template of the model's conversations is read from its files. */
function ollamaLine(name: string, model: string): Line {
  const modelfile = quoted(`${model}.Modelfile`)
  return lineOf(
    l10n.t('Take it into Ollama'),
    ...['printf', "'%s\\n'", quoted(`FROM ${model}`), '>', modelfile, '&&'],
    ...['ollama', 'create', publishedName(name), '-f', modelfile],
  )
}

/** As Ollama and the hub take names. */
const publishedName = (name: string): string => name.replaceAll(/[^\w.-]+/g, '-')

/** Private at first: a card is to be read before others see it. @param repository `owner/name`. */
export const uploadLine = (repository: string, folder: string): string =>
  ['hf', 'upload', quoted(repository), quoted(folder), '.', '--private'].join(' ')

export const describeExport = (target: string, lines: readonly Line[]): string =>
  [
    l10n.t`The model is in ${target}.`,
    ...lines.map(({ does, line }) => `${does}:\n    ${line}`),
  ].join('\n')
