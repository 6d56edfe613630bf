// `aepo model build`, `import`, `export`: models between training, the engine and other programs.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { describeExport, exportRunModel } from '../../training/exportedModel'
import { importModel } from '../../training/importedModel'
import { TrainingRun } from '../../training/trainingRun'
import { command } from '../command'
import { buildForRun, builtSentence, modelBuildOptions, PYTHON_OPTION } from '../modelBuild'

const RUN = l10n.t('folder of a run')

export const modelBuild = command({
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

export const modelImport = command({
  does: l10n.t('builds a model in Hugging Face format, or an adapter, so that it can be sampled'),
  usage: ['SOURCE --to FOLDER [--python PATH]'],
  operand: l10n.t('folder of a model'),
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

export const modelExport = command({
  does: l10n.t('writes the trained model of a run as one folder in Hugging Face format'),
  usage: ['RUN_FOLDER --to FOLDER [--python PATH]'],
  operand: RUN,
  options: {
    to: {
      type: 'text',
      value: 'FOLDER',
      does: l10n.t('the new folder; an adapter is merged into its base'),
      required: true,
    },
    ...PYTHON_OPTION,
  },
  async run({ file, values: { to, python } }, context) {
    const run = await TrainingRun.open(path.resolve(file))
    const folder = path.resolve(to)
    const lines = await exportRunModel(run, folder, () => modelBuildOptions(python, context))
    context.output.result({ folder, lines }, describeExport(folder, lines))
  },
})
