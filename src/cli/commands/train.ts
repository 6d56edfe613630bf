// `aepo train`: starts or resumes a training run.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { parseHyperparameters, TRAINING_METHODS } from '../../core/formats/run'
import { command, UsageError, type Values } from '../command'
import { openCuration } from '../curation'
import { train as runTraining, type TrainRequest } from '../train'

const METHODS = TRAINING_METHODS.join(', ')

const options = {
  model: {
    type: 'text',
    value: 'M',
    does: l10n.t('the model to train: builtin:NAME, a folder, or a hub id'),
  },
  method: { type: 'text', value: 'dpo', does: l10n.t`training method: ${METHODS}` },
  set: {
    type: 'texts',
    value: 'KEY=VALUE',
    does: l10n.t('set a hyper-parameter; can be repeated'),
  },
  resume: {
    type: 'text',
    value: 'RUN',
    does: l10n.t('resume a stopped or failed run: the name of its folder in runs'),
  },
  python: {
    type: 'text',
    value: 'PATH',
    does: l10n.t('a Python interpreter with TRL; by default uv builds an environment'),
  },
} as const

export const train = command({
  does: l10n.t('starts or resumes a training run and waits for its end'),
  usage: [
    'FILE --model M [--method dpo] [--set KEY=VALUE]… [--python PATH]',
    'FILE --resume RUN [--python PATH]',
  ],
  options,
  run: async ({ file, values }, { environment, output }) =>
    runTraining(await openCuration(file, output), trainRequest(values), environment, output),
})

function trainRequest({ resume, python, ...values }: Values<typeof options>): TrainRequest {
  if (resume !== undefined) {
    if (values.method !== undefined || values.model !== undefined || values.set !== undefined)
      throw new UsageError(
        l10n.t('--resume keeps the settings of the run: it takes no --method, --model or --set.'),
      )
    if (path.basename(resume) !== resume)
      throw new UsageError(l10n.t('--resume takes the name of a folder in runs.'))
    return { resume, python }
  }
  const method = TRAINING_METHODS.find((name) => name === (values.method ?? 'dpo'))
  if (!method)
    throw new UsageError(
      l10n.t`There is no method “${values.method ?? ''}”; the methods are: ${METHODS}.`,
    )
  const parsed = parseHyperparameters(assignments(values.set ?? []))
  if (!parsed.success) throw new UsageError(`--set: ${parsed.message}`)
  if (values.model === undefined) throw new UsageError(l10n.t('--model or --resume is missing.'))
  return { method, model: values.model, hyperparameters: parsed.hyperparameters, python }
}

/** `KEY=VALUE` pairs by key; the last one of a key counts. */
function assignments(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(pair) ?? []
      if (key === undefined || value === undefined)
        throw new UsageError(l10n.t`--set takes KEY=VALUE, not “${pair}”.`)
      return [key, value]
    }),
  )
}
