// `aepo train`: starts or resumes a training run.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import type { Curation } from '../../curation/curation'
import { resumeRun } from '../../training/launch'
import type { TrainingRun } from '../../training/trainingRun'
import { command, type Context, UsageError, type Values } from '../command'
import { openCuration } from '../curation'
import { followToEnd, logLength } from '../followRun'
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
    'FILE --model M [--method dpo] [--rounds LIST] [--annotators LIST] [--set KEY=VALUE]… [--python PATH]',
    'FILE --resume RUN [--python PATH]',
  ],
  options,
  async run({ file, values }, context) {
    const curation = await openCuration(file, context.output)
    const { signal } = context.environment
    if (values.resume === undefined) {
      const run = await start(curation, values, context)
      return followToEnd(run, signal, 'stop', context.output)
    }
    const folder = runFolder(curation, values.resume)
    const logBefore = await logLength(folder)
    const run = await resume(folder, values, context)
    return followToEnd(run, signal, 'stop', context.output, logBefore)
  },
})

async function start(
  curation: Curation,
  values: Values<typeof options>,
  context: Context,
): Promise<TrainingRun> {
  if (values.model === undefined) throw new UsageError(l10n.t('--model or --resume is missing.'))
  const request = trainingRequest(curation, values)
  const prepared = await prepare(curation, request, { python: values.python }, context)
  const { inspection, plan, refusal } = prepared
  if (refusal === null) {
    for (const { message } of inspection.problems) context.output.message(message)
    context.output.message(`${plan}.`)
  }
  return prepared.launch()
}

function runFolder({ paths }: Curation, id: string): string {
  if (path.basename(id) === id) return path.join(paths.runs, id)
  throw new UsageError(l10n.t('--resume takes the name of a folder in runs.'))
}

async function resume(
  folder: string,
  { method, model, rounds, annotators, set, python }: Values<typeof options>,
  context: Context,
): Promise<TrainingRun> {
  if ([method, model, rounds, annotators, set].some((value) => value !== undefined))
    throw new UsageError(
      l10n.t(
        '--resume keeps the settings of the run: it takes no --method, --model, --rounds, --annotators or --set.',
      ),
    )
  return resumeRun(folder, await runnerOf(python, context))
}
