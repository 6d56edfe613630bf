// `aepo runs`: lists the training runs.
import * as l10n from '@vscode/l10n'
import { afterStop } from '../../core/training/state'
import { describeFailure } from '../../shared/errors'
import type { ComparedFigure, RunPoint, RunView } from '../../shared/runProtocol'
import { listRuns } from '../../training/listRuns'
import { runView, unreadableRunView } from '../../training/runView'
import { command } from '../command'
import { openCuration } from '../curation'

export const runs = command({
  does: l10n.t('lists the training runs with their state and last figures'),
  usage: ['FILE'],
  options: {},
  async run({ file }, { output }) {
    const { paths } = await openCuration(file, output)
    const { runs: readable, unreadable } = await listRuns(paths.runs)
    const views = [...readable.map(runView), ...unreadable.map(unreadableRunView)].sort((a, b) =>
      a.id < b.id ? -1 : 1,
    )
    output.result(
      {
        runs: views.map(({ points, figures: _, ...view }) => ({ ...view, latest: latest(points) })),
      },
      views.length === 0 ? l10n.t('There is no training run yet.') : views.map(shown).join('\n'),
    )
  },
})

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

/** "Loss on neutral text 2.314 → 2.35, Degenerate 4 % → 8 %". */
function changesOf({ regression }: RunView): string[] {
  if (!regression) return []
  const value = (number: number | null, { unit }: ComparedFigure): string => {
    if (number === null) return '–'
    return unit === 'share' ? `${Math.round(100 * number)} %` : number.toPrecision(4)
  }
  const changes = regression.figures.map(
    (figure) => `${figure.label} ${value(figure.before, figure)} → ${value(figure.after, figure)}`,
  )
  return [l10n.t`Before and after: ${changes.join(', ')}`]
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
      return [`${label} ${value === null ? l10n.t('not a number') : value.toPrecision(4)}`]
    })
    .join(', ')
}

/** The last value of each figure. */
function latest(points: readonly RunPoint[]): RunPoint['figures'] {
  const values: Record<string, number | null> = {}
  for (const { figures } of points) Object.assign(values, figures)
  return values
}
