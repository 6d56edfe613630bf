// `aepo train`: starts or resumes a training run.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import type { Curation } from '../../curation/curation'
import { resumeRun } from '../../training/launch'
import { requireRows } from '../../training/rows'
import type { TrainingRun } from '../../training/trainingRun'
import { command, type Context, UsageError, type Values } from '../command'
import { openCuration } from '../curation'
import { followToEnd } from '../followRun'
import { prepare, runnerOf, TRAINING_OPTIONS, trainingRequest } from '../trainingRequest'

const options = {
  ...TRAINING_OPTIONS,
  resume: {
    type: 'text',
    value: 'RUN',
    does: l10n.t('resume a stopped or failed run: the name of its folder in runs'),
  },
} as const

export const train = command({
  does: l10n.t('starts or resumes a training run and waits for its end'),
  usage: [
    'FILE --model M [--method dpo] [--set KEY=VALUE]… [--python PATH]',
    'FILE --resume RUN [--python PATH]',
  ],
  options,
  async run({ file, values }, context) {
    const curation = await openCuration(file, context.output)
    const run =
      values.resume === undefined
        ? await start(curation, values, context)
        : await resume(curation, values.resume, values, context)
    await followToEnd(run, context.environment.signal, 'stop', context.output)
  },
})

async function start(
  curation: Curation,
  values: Values<typeof options>,
  context: Context,
): Promise<TrainingRun> {
  if (values.model === undefined) throw new UsageError(l10n.t('--model or --resume is missing.'))
  const request = trainingRequest(values, (method) => requireRows(curation, method))
  const prepared = await prepare(curation, request, { python: values.python }, context)
  const { inspection, plan, refusal } = prepared
  if (refusal === null) {
    for (const { message } of inspection.problems) context.output.message(message)
    context.output.message(`${plan}.`)
  }
  return prepared.launch()
}

async function resume(
  curation: Curation,
  id: string,
  { method, model, set, python }: Values<typeof options>,
  context: Context,
): Promise<TrainingRun> {
  if (method !== undefined || model !== undefined || set !== undefined)
    throw new UsageError(
      l10n.t('--resume keeps the settings of the run: it takes no --method, --model or --set.'),
    )
  if (path.basename(id) !== id)
    throw new UsageError(l10n.t('--resume takes the name of a folder in runs.'))
  const runner = await runnerOf(python, context)
  return resumeRun(path.join(curation.paths.runs, id), runner)
}
