// `aepo runs`: lists the training runs, or writes the figures of one.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { comparedText, figureText } from '../../core/training/charts/figureText'
import { afterStop } from '../../core/training/state'
import { describeFailure } from '../../shared/errors'
import type { RunPoint, RunView } from '../../shared/runProtocol'
import { listRuns } from '../../training/listRuns'
import { type FiguresFormat, writeFigures } from '../../training/figuresFile'
import { runViews } from '../../training/runView'
import { STANDARD_OUTPUT } from '../../store/files'
import type { Curation } from '../../curation/curation'
import { RUN_OPTION, shownRun } from '../chosenRun'
import { cliCommand } from '../command'
import { openNamedCuration } from '../curation'
import type { Output } from '../output'
import { UsageError } from '../usageError'

export const runs = cliCommand({
  does: l10n.t('lists the training runs with their state and last figures, or writes those of one'),
  usage: ['FILE', 'FILE [--run RUN] [--csv PATH] [--svg PATH]'],
  options: {
    run: {
      ...RUN_OPTION.run,
      does: l10n.t('the run whose figures are written; by default the last one'),
    },
    csv: {
      type: 'text',
      value: 'PATH',
      does: l10n.t('write its figures as CSV; - is standard output'),
    },
    svg: {
      type: 'text',
      value: 'PATH',
      does: l10n.t('write its charts as a picture; - is standard output'),
    },
  },
  async run({ file, values: { run, csv, svg } }, { output }) {
    const curation = await openNamedCuration(file, output)
    if (csv === undefined && svg === undefined) {
      if (run !== undefined) throw new UsageError(l10n.t('--run needs --csv or --svg.'))
      return list(curation, output)
    }
    if (csv === '-' && svg === '-')
      throw new UsageError(l10n.t('One of --csv and --svg can be standard output.'))
    await write(curation, run, { csv, svg }, output)
  },
})

async function write(
  curation: Curation,
  id: string | undefined,
  paths: Record<FiguresFormat, string | undefined>,
  output: Output,
): Promise<void> {
  const run = await shownRun(curation, id)
  const files: string[] = []
  for (const format of ['csv', 'svg'] as const) {
    const given = paths[format]
    if (given === undefined) continue
    const target = given === '-' ? STANDARD_OUTPUT : path.resolve(given)
    await writeFigures(run, format, target)
    if (given !== '-') files.push(target)
  }
  if (paths.csv === '-' || paths.svg === '-') return
  output.result({ run: run.file.id, files }, l10n.t`Written: ${files.join(', ')}.`)
}

async function list({ paths }: Curation, output: Output): Promise<void> {
  const { runs: readable, unreadable } = await listRuns(paths.runs)
  const views = runViews(readable, unreadable)
  output.result(
    {
      runs: views.map(({ points, figures: _, ...view }) => ({ ...view, latest: latest(points) })),
    },
    views.length === 0 ? l10n.t('There is no training run yet.') : views.map(shown).join('\n'),
  )
}

function shown(view: RunView): string {
  const { id, failure, warning, regression, resumable } = view
  const figures = figuresOf(view)
  return [
    head(view),
    ...(figures === '' ? [] : [figures]),
    ...changesOf(view),
    ...[warning, ...(regression?.warnings ?? [])].flatMap((text) =>
      text === null ? [] : [l10n.t`Warning: ${text}`],
    ),
    ...(failure === null ? [] : [describeFailure(failure)]),
    ...(resumable ? [afterStop(id, true)] : []),
  ].join('\n    ')
}

/** "Loss on neutral text 2.314 → 2.35; Degenerate 4 % → 8 %". */
function changesOf({ regression }: RunView): string[] {
  if (!regression) return []
  const changes = regression.figures.map(({ label, unit, before, after }) => {
    const [from, to] = [before, after].map((value) => comparedText(value, unit) || '–')
    return `${label} ${from} → ${to}`
  })
  return [l10n.t`Before and after: ${changes.join('; ')}`]
}

function head({ id, title, state, step, totalSteps }: RunView): string {
  if (state === 'unreadable') return l10n.t`${id}  cannot be read`
  const steps = totalSteps === null ? l10n.t`step ${step}` : l10n.t`step ${step} of ${totalSteps}`
  return `${id}  ${[title, state, steps].join(', ')}`
}

function figuresOf({ figures, points }: RunView): string {
  const values = latest(points)
  return figures
    .flatMap(({ id, label }) => {
      const value = values[id]
      if (value === undefined) return []
      return [`${label} ${value === null ? l10n.t('not a number') : figureText(value)}`]
    })
    .join(', ')
}

/** The last value of each figure. */
function latest(points: readonly RunPoint[]): RunPoint['figures'] {
  const values: Record<string, number | null> = {}
  for (const { figures } of points) Object.assign(values, figures)
  return values
}
