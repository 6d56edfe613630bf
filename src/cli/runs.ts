// The calls `runs`, `follow` and `stop`: the training runs of a curation, whoever started them.
import { afterStop } from '../core/training/state'
import type { Curation } from '../curation/curation'
import { describeFailure, failureError } from '../shared/errors'
import type { RunPoint, RunView } from '../shared/runProtocol'
import { findRun, listRuns } from '../training/listRuns'
import { runView, unreadableRunView } from '../training/runView'
import type { TrainingRun } from '../training/trainingRun'
import { UsageError } from './arguments'
import type { Environment } from './environment'
import { followToEnd } from './followRun'
import type { Output } from './output'

export async function showRuns({ paths }: Curation, output: Output): Promise<void> {
  const { runs, unreadable } = await listRuns(paths.runs)
  const views = [...runs.map(runView), ...unreadable.map(unreadableRunView)].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  )
  output.result(
    { runs: views.map(({ points, figures: _, ...view }) => ({ ...view, latest: latest(points) })) },
    views.length === 0 ? 'There is no training run yet.' : views.map(paragraph).join('\n'),
  )
}

export async function follow(
  curation: Curation,
  { run }: { run?: string },
  { signal }: Environment,
  output: Output,
): Promise<void> {
  await followToEnd(await meantRun(curation, run), signal, 'leave', output)
}

export async function stop(
  curation: Curation,
  { run: id }: { run?: string },
  output: Output,
): Promise<void> {
  const run = await meantRun(curation, id)
  const where = run.file.id
  if (!run.isLive)
    throw failureError('bad-input', `The run is not running: it is ${run.state}.`, { where })
  await run.stop()
  output.result(
    { run: where, state: run.state, resumable: run.isResumable },
    `Run ${where} was stopped. ${afterStop(where, run.isResumable)}`,
  )
}

/** The named run, else the only one that is running. */
async function meantRun({ paths }: Curation, id: string | undefined): Promise<TrainingRun> {
  if (id !== undefined) return findRun(paths.runs, id)
  const live = (await listRuns(paths.runs)).runs.filter(({ isLive }) => isLive)
  const [run, ...others] = live
  if (!run)
    throw failureError('not-found', 'No training run is running.', {
      where: paths.runs,
      remedy: 'Name one with --run.',
    })
  if (others.length > 0)
    throw new UsageError(
      `Several runs are running; name one with --run: ${live.map(({ file }) => file.id).join(', ')}.`,
    )
  return run
}

function paragraph(view: RunView): string {
  const { id, title, state, step, totalSteps, failure, warning, resumable, figures } = view
  const figure = latest(view.points)
  const named = figures.flatMap(({ id: key, label }) => {
    const value = figure[key]
    return value === undefined
      ? []
      : [`${label} ${value === null ? 'not a number' : value.toPrecision(4)}`]
  })
  return [
    `${id}  ${title === id ? '' : `${title}, `}${state}, step ${step}${totalSteps === null ? '' : ` of ${totalSteps}`}`,
    ...(named.length === 0 ? [] : [`    ${named.join(', ')}`]),
    ...(warning === null ? [] : [`    Warning: ${warning}`]),
    ...(failure === null ? [] : [`    ${describeFailure(failure)}`]),
    ...(resumable ? [`    ${afterStop(id, true)}`] : []),
  ].join('\n')
}

/** The last value of each figure. */
function latest(points: readonly RunPoint[]): RunPoint['figures'] {
  const values: Record<string, number | null> = {}
  for (const { figures } of points) Object.assign(values, figures)
  return values
}
