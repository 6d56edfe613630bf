// `aepo train`: starts or resumes a training run.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { JOB_KINDS } from '../../core/training/job/jobScripts'
import { memorySentence } from '../../core/training/needs/estimate'
import type { Curation } from '../../curation/curation'
import { FailureError } from '../../shared/errors'
import { jobHosts } from '../../training/jobHosts'
import { type Queue, resumeRun, underWay } from '../../training/launch'
import { findRun, liveRun } from '../../training/listRuns'
import type { PreparedRun } from '../../training/prepareRun'
import type { TrainingRun } from '../../training/trainingRun'
import { cliCommand, type Context, type Values } from '../command'
import { openNamedCuration } from '../curation'
import { followToEnd, logLength } from '../followRun'
import { prepare, runnerOf, TRAINING_OPTIONS, trainingRequest } from '../trainingRequest'
import { UsageError } from '../usageError'

const options = {
  ...TRAINING_OPTIONS,
  resume: {
    type: 'text',
    value: 'RUN',
    does: l10n.t('resume a paused, stopped or failed run: the name of its folder in runs'),
  },
  job: {
    type: 'text',
    value: 'KIND',
    values: JOB_KINDS,
    does: l10n.t('write a script that runs it as a job of SLURM or Ray, and start nothing'),
  },
  to: { type: 'text', value: 'PATH', does: l10n.t('the script of the job') },
  hosts: {
    type: 'number',
    value: 'N',
    does: l10n.t(
      'the hosts that a SLURM job runs on; by default as many as the accelerate configuration file says, else one',
    ),
  },
  'dry-run': {
    type: 'flag',
    value: '',
    does: l10n.t('print what the run would take and need, and start nothing'),
  },
  queue: {
    type: 'flag',
    value: '',
    does: l10n.t('wait while another run of the curation is running, instead of failing'),
  },
} as const

export const train = cliCommand({
  does: l10n.t('starts or resumes a training run and waits for its end'),
  usage: [
    'FILE [--model M] [--method dpo] [--rounds LIST] [--annotators LIST] [--set KEY=VALUE]… [--python PATH] [--queue | --dry-run]',
    'FILE [--model M] --job slurm|ray --to PATH [--hosts N]',
    'FILE --resume RUN [--python PATH] [--queue]',
  ],
  options,
  async run({ file, values }, context) {
    const curation = await openNamedCuration(file, context.output)
    const { signal } = context.environment
    mustFitTogether(values)
    if (values.job !== undefined) return writeJobScript(curation, values, context)
    if (values['dry-run'] === true) return dryRun(curation, values, context)
    if (values.resume === undefined) {
      const run = await start(curation, values, context)
      return followToEnd(run, signal, 'stop', context.output)
    }
    const { folder } = await findRun(curation.paths.runs, runNamed(values.resume))
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
  const request = await trainingRequest(curation, values, context.output)
  if (values.queue !== true) await mustBeIdle(curation)
  const prepared = await prepare(curation, request, { python: values.python }, context)
  if (prepared.refusal === null)
    for (const line of planLines(prepared)) context.output.message(line)
  return prepared.launch(queueOf(values, context))
}

/** The problems of the rows, the plan, and the memory that it needs. */
const planLines = ({ inspection, plan, needs: { memory } }: PreparedRun): string[] => [
  ...inspection.problems.map(({ message }) => message),
  `${plan}.`,
  ...(memory ? [memorySentence(memory).text] : []),
]

/** @throws UsageError without a path; FailureError where the run or its hosts would be refused. */
async function writeJobScript(
  curation: Curation,
  { job, to, hosts: asked, python, ...values }: Values<typeof options>,
  context: Context,
): Promise<void> {
  if (job === undefined || to === undefined)
    throw new UsageError(l10n.t('--job needs --to with the path of the script.'))
  const request = await trainingRequest(curation, values, context.output)
  const hosts = jobHosts(job, request.common, asked)
  const prepared = await prepare(curation, request, { python, isElsewhere: true }, context)
  for (const line of planLines(prepared)) context.output.message(line)
  const script = path.resolve(to)
  const run = await prepared.asJob(job, script, hosts)
  const submit = job === 'slurm' ? `sbatch ${path.basename(script)}` : `bash ${script}`
  context.output.result(
    { run, script, hosts, submit },
    l10n.t`Run ${run} is prepared. Submit it in the folder of the script: ${submit}`,
  )
}

/** @throws FailureError where the run would be refused. */
async function dryRun(
  curation: Curation,
  values: Values<typeof options>,
  context: Context,
): Promise<void> {
  const request = await trainingRequest(curation, values, context.output)
  const prepared = await prepare(curation, request, { python: values.python }, context)
  await prepared.discard()
  const { inspection, needs, refusal } = prepared
  if (refusal) throw new FailureError(refusal)
  const { kept, heldOutRows, steps, problems } = inspection
  context.output.result(
    { rows: kept, heldOutRows, steps, problems, ...needs },
    planLines(prepared).join('\n'),
  )
}

/** @throws FailureError `busy` where another run is under way and nobody wants to wait for it. */
async function mustBeIdle({ paths }: Curation): Promise<void> {
  const live = await liveRun(paths.runs)
  if (live) throw underWay(live)
}

/** How to wait for a run that is under way; undefined for a user who does not want to. */
function queueOf(
  { queue = false }: Values<typeof options>,
  { environment, output }: Context,
): Queue | undefined {
  if (!queue) return undefined
  return {
    signal: environment.signal,
    onWait: ({ file: { id } }) => output.message(l10n.t`Waiting for the end of run ${id}.`),
  }
}

function runNamed(id: string): string {
  if (path.basename(id) === id) return id
  throw new UsageError(l10n.t('--resume takes the name of a folder in runs.'))
}

/** @throws UsageError for options of which one would be ignored. */
function mustFitTogether(values: Values<typeof options>): void {
  const { job, to, hosts, resume: resumed, queue, 'dry-run': isDry } = values
  if (hosts !== undefined && job === undefined)
    throw new UsageError(l10n.t('--hosts are those of a job: it needs --job.'))
  if (to !== undefined && job === undefined)
    throw new UsageError(l10n.t('--to is the script of a job: it needs --job.'))
  if (job !== undefined && (resumed ?? queue ?? isDry) !== undefined)
    throw new UsageError(
      l10n.t('--job starts nothing: it takes no --resume, --queue or --dry-run.'),
    )
  if (isDry === true && (resumed ?? queue) !== undefined)
    throw new UsageError(l10n.t('--dry-run starts nothing: it takes no --resume or --queue.'))
  const { method, model, rounds, annotators, set } = values
  const isSet = [method, model, rounds, annotators, set].some((value) => value !== undefined)
  if (resumed !== undefined && isSet)
    throw new UsageError(
      l10n.t(
        '--resume keeps the settings of the run: it takes no --method, --model, --rounds, --annotators or --set.',
      ),
    )
}

async function resume(
  folder: string,
  values: Values<typeof options>,
  context: Context,
): Promise<TrainingRun> {
  return resumeRun(folder, await runnerOf(values.python, context), queueOf(values, context))
}
