// `aepo model build`, `import`, `export`: models between training, the engine and other programs.
import * as l10n from '@vscode/l10n'
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import type { ModelBuildOptions } from '../../processes/modelBuild'
import {
  describeExport,
  exportOtherModel,
  exportRunModel,
  MODEL_FORMATS,
} from '../../training/exportedModel'
import { importModel } from '../../training/importedModel'
import { TrainingRun } from '../../training/trainingRun'
import { cliCommand } from '../command'
import { buildForRun, builtSentence, modelBuildOptions, PYTHON_OPTION } from '../modelBuild'

const RUN = l10n.t('folder of a run')

export const modelBuild = cliCommand({
  does: l10n.t('builds the trained model of a finished run, so that candidates can be sampled'),
  usage: ['RUN_FOLDER [--python PATH]'],
  operand: RUN,
  options: PYTHON_OPTION,
  async run({ file, values }, context) {
    const run = await TrainingRun.open(path.resolve(file))
    const built = await buildForRun(run, values.python, context)
    context.output.result({ ...built }, builtSentence(built))
  },
})

export const modelImport = cliCommand({
  does: l10n.t(
    'builds a model in Hugging Face format, an adapter or a GGUF file, so that it can be sampled',
  ),
  usage: ['SOURCE --to FOLDER [--python PATH]'],
  operand: l10n.t('folder of a model, or GGUF file'),
  options: {
    to: {
      type: 'text',
      value: 'FOLDER',
      does: l10n.t('the new folder, to be named as the generator of a curation'),
      required: true,
    },
    ...PYTHON_OPTION,
  },
  async run({ file, values: { to, python } }, context) {
    const [source, folder] = [path.resolve(file), path.resolve(to)]
    const built = await importModel(source, folder, () => modelBuildOptions(python, context))
    context.output.result({ ...built }, builtSentence(built))
  },
})

export const modelExport = cliCommand({
  does: l10n.t(
    'writes the trained model of a run, an adapter or a GGUF file as one folder in Hugging Face format, or as GGUF',
  ),
  usage: [
    'RUN_FOLDER --to PATH [--format merged|gguf] [--python PATH]',
    'ADAPTER|FILE.gguf --to PATH [--format merged|gguf] [--python PATH]',
  ],
  operand: l10n.t('folder of a run or of an adapter, or GGUF file'),
  options: {
    to: {
      type: 'text',
      value: 'PATH',
      does: l10n.t('the new folder or GGUF file; an adapter is merged into its base'),
      required: true,
    },
    format: {
      type: 'text',
      value: 'FORMAT',
      values: MODEL_FORMATS,
      does: l10n.t('merged (default): a folder with a model card; gguf: one file for llama.cpp'),
    },
    ...PYTHON_OPTION,
  },
  async run({ file, values: { to, format, python } }, context) {
    const [source, target] = [path.resolve(file), path.resolve(to)]
    const options = (): Promise<ModelBuildOptions> => modelBuildOptions(python, context)
    const lines = isOtherModel(source)
      ? await exportOtherModel(source, target, options, format)
      : await exportRunModel(await TrainingRun.open(source), target, options, format)
    context.output.result(
      { [format === 'gguf' ? 'file' : 'folder']: target, lines },
      describeExport(target, lines),
    )
  },
})

/** Whether a path is that of a model and not that of a run. */
const isOtherModel = (source: string): boolean =>
  statSync(source, { throwIfNoEntry: false })?.isFile() === true ||
  ['adapter_config.json', 'config.json'].some((name) => existsSync(path.join(source, name)))
