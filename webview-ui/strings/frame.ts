// Strings of what every view shows: header, actions, notices.
import * as l10n from '@vscode/l10n'
import { modelName } from '../modelName'
import { count, duration } from '../numbers'

export const frame = {
  connecting: l10n.t('Opening the curation…'),
  views: {
    bar: l10n.t('Views'),
    label: l10n.t('Label'),
    review: l10n.t('Review'),
    runs: l10n.t('Runs'),
    try: l10n.t('Try'),
    evaluate: l10n.t('Evaluate'),
    simulate: l10n.t('Simulate'),
  },

  header: {
    state: l10n.t('State of the curation'),
    stale: l10n.t('As of the last time the file could be read'),
    labelled: l10n.t('labelled'),
    pairs: (n: number) => (n === 1 ? l10n.t('pair') : l10n.t('pairs')),
    of: (total: number) => l10n.t`of ${count(total)}`,
    due: (n: number) => l10n.t`${count(n)} not selected yet`,
    by: l10n.t('by'),
    round: l10n.t('Round'),
    inRound: (round: number) => l10n.t`Round ${count(round)}`,
    ofRound: (round: number, rounds: number, generator: string) =>
      l10n.t`Round ${count(round)} of ${count(rounds)}, from ${modelName(generator)}`,
    more: l10n.t('More'),
    details: {
      prompts: l10n.t('Prompts'),
      candidates: l10n.t('Candidates'),
      cutOff: l10n.t('Cut off at the token limit'),
      selected: l10n.t('Selected'),
      labelled: l10n.t('Labelled'),
      pairs: l10n.t('Preference pairs'),
      model: l10n.t('Model'),
    },
    openOutput: l10n.t('Open Data Set'),
    openText: l10n.t('Open as Text'),
    showLog: l10n.t('Show Log'),
    simulate: l10n.t('Simulate Selection…'),
  },

  actions: {
    generate: l10n.t('Generate Candidates'),
    select: l10n.t('Select Responses'),
    resume: l10n.t('Generate the Rest'),
    stop: l10n.t('Stop'),
    train: l10n.t('Start Training Run…'),
    export: l10n.t('Export Data Set…'),
    trust: l10n.t('Manage Workspace Trust'),
    openPrompts: l10n.t('Open Prompts'),
    openSetting: l10n.t('Open Setting'),
    reviewLabels: l10n.t('Review Labels'),
  },

  activity: {
    label: l10n.t('Running work'),
    progress: l10n.t('Progress'),
    rate: (tokensPerSecond: number) => l10n.t`${count(Math.round(tokensPerSecond))} tokens/s`,
    left: (seconds: number) => l10n.t`${duration(seconds)} left`,
  },

  failure: {
    notSaved: l10n.t('The label was not saved.'),
    notDone: l10n.t('That did not work.'),
    retry: l10n.t('Try Again'),
    dismiss: l10n.t('Dismiss'),
  },

  orphans: {
    title: (n: number) =>
      n === 1
        ? l10n.t('1 prompt is no longer in the file of prompts.')
        : l10n.t`${count(n)} prompts are no longer in the file of prompts.`,
    body: (candidates: number, annotations: number) =>
      l10n.t`Their records do not count (candidates: ${count(candidates)}, labels: ${count(annotations)}). If the prompts were edited, they can keep them.`,
    keep: l10n.t('Keep Labels…'),
  },
  earlier: {
    title: (n: number) =>
      n === 1
        ? l10n.t('1 candidate comes from earlier settings.')
        : l10n.t`${count(n)} candidates come from earlier settings.`,
    body: (settings: string[]) =>
      l10n.t`Changed since: ${settings.join(', ')}. Keep them, or sample their pools again; labelled pools stay either way.`,
    selections: (n: number) =>
      n === 1
        ? l10n.t('1 selection comes from earlier settings.')
        : l10n.t`${count(n)} selections come from earlier settings.`,
    selectionsBody: (settings: string[]) =>
      l10n.t`Changed since: ${settings.join(', ')}. Keep them, or select again from their pools; labelled ones stay either way.`,
    selectAgain: l10n.t('Select Again'),
    awaiting: (n: number) =>
      n === 1
        ? l10n.t('1 prompt has its candidates and no selection.')
        : l10n.t`${count(n)} prompts have their candidates and no selection.`,
    awaitingBody: l10n.t('Select from their pools to label them.'),
    select: l10n.t('Select'),
    again: l10n.t('Sample Again…'),
    keep: l10n.t('Keep'),
  },

  leftOut: {
    title: (n: number) =>
      n === 1
        ? l10n.t('1 prompt was left out: the model or the server does not accept it.')
        : l10n.t`${count(n)} prompts were left out: the model or the server does not accept them.`,
    prompt: (line: number, excerpt: string, reason: string) =>
      l10n.t`Line ${line}, “${excerpt}”: ${reason}`,
    again: l10n.t('Try Again'),
  },

  untrusted: l10n.t(
    'This workspace is not trusted: nothing is generated or trained here. What already exists can be read and labelled.',
  ),
}
