// Strings of the view of training runs.
import * as l10n from '@vscode/l10n'
import type { RunView } from '../../src/shared/runProtocol'
import { modelName } from '../modelName'
import { count, countedRows, countedSteps, decimal, moment, momentsOf } from '../numbers'

const RUN_STATES: Readonly<Record<RunView['state'], string>> = {
  starting: l10n.t('Starting'),
  running: l10n.t('Running'),
  pausing: l10n.t('Pausing after this step'),
  paused: l10n.t('Paused'),
  stopped: l10n.t('Stopped'),
  failed: l10n.t('Failed'),
  finished: l10n.t('Finished'),
  unreadable: l10n.t('Cannot be read'),
}

type Started = Pick<RunView, 'title' | 'startedAt'>

export const runs = {
  title: l10n.t('Training runs'),
  none: {
    title: l10n.t('No training run yet'),
    body: l10n.t(
      'A run fine-tunes a model on the preference pairs of this curation. Its curves appear here as it goes.',
    ),
  },
  tooFew: l10n.t('A run needs at least two preference pairs.'),
  started: (model: string) => l10n.t`A training run of ${modelName(model)} started.`,
  states: RUN_STATES,
  step: (step: number, total: number | null) =>
    total === null ? l10n.t`Step ${count(step)}` : l10n.t`Step ${count(step)} of ${count(total)}`,
  /** After the last step; takes minutes on a CPU. */
  comparing: l10n.t('comparing before and after'),
  startedAt: (iso: string) => l10n.t`Started ${moment(iso)}`,
  id: l10n.t('The name of this run: in lists of models, and on the command line'),
  rows: (n: number, heldOut: number) =>
    heldOut === 0 ? countedRows(n) : l10n.t`${countedRows(n)}, ${count(heldOut)} held out`,
  selfAnnotated: (n: number) => l10n.t`${count(n)} annotated by the model itself`,
  stop: l10n.t('Stop Run'),
  pause: l10n.t('Pause Run'),
  resume: l10n.t('Resume Run'),
  use: l10n.t('Use as Generator…'),
  try: l10n.t('Try Model'),
  report: l10n.t('Open Report'),
  exportFigures: l10n.t('Export Figures…'),
  charts: l10n.t('Charts'),
  inRound: (round: number) => l10n.t`After round ${count(round)}`,
  generates: (rounds: readonly number[]) =>
    l10n.t`Generator of round ${rounds.map(count).join(', ')}`,
  openLog: l10n.t('Open Run Log'),
  warning: l10n.t('Finished with a warning'),
  atStep: (value: number, step: number) => l10n.t`${decimal(value)} at step ${count(step)}`,
  summary: (name: string, first: number, last: number, steps: number) =>
    l10n.t`${name} over ${countedSteps(steps)}: from ${decimal(first)} to ${decimal(last)}.`,
  noPoints: l10n.t('Curves appear with the first logged step.'),
  values: l10n.t('Values'),
  columnStep: l10n.t('Step'),
  missing: '–',
  regression: {
    title: l10n.t('Before and after'),
    figure: l10n.t('Figure'),
    before: l10n.t('Before'),
    after: l10n.t('After'),
    harness: l10n.t('Copy Command for lm-evaluation-harness'),
    percent: (share: string) => l10n.t`${share} %`,
  },
  table: {
    title: l10n.t('Runs compared'),
    figure: l10n.t('Figure'),
    /** Names that tell runs apart. */
    names: (runs: readonly Started[]) => {
      const momentOf = momentsOf(runs.flatMap(({ startedAt }) => startedAt ?? []))
      return ({ title, startedAt }: Started): string =>
        startedAt === null ? title : l10n.t`${title}, ${momentOf(startedAt)}`
    },
    most: (n: number) => l10n.t`At most ${count(n)} runs are drawn.`,
    run: l10n.t('Run'),
    rows: l10n.t('Rows'),
    steps: l10n.t('Steps'),
    best: l10n.t('The best of these runs'),
  },
  form: {
    title: l10n.t('New training run'),
    model: l10n.t('Model'),
    otherModel: l10n.t('Other…'),
    method: l10n.t('Method'),
    presets: l10n.t('Preset'),
    rounds: l10n.t('Train on labels of'),
    round: (number: number) => l10n.t`Round ${count(number)}`,
    advanced: (title: string, changed: number) =>
      changed === 0 ? title : l10n.t`${title} (${count(changed)} changed)`,
    noRun: l10n.t('None'),
    chooseFile: l10n.t('Choose…'),
    reset: (key: string) => l10n.t`Reset ${key} to its default`,
    findings: l10n.t('Check before the run'),
    prompt: (position: number) => l10n.t`Prompt ${count(position + 1)}`,
    start: l10n.t('Start Run'),
    showRows: l10n.t('Show Rows as Tokens'),
    copyCommand: l10n.t('Copy as Command'),
    writeJob: l10n.t('Write Job Script…'),
    close: l10n.t('Cancel'),
    preparing: l10n.t('Preparing the run…'),
  },
}
