// Strings of the view that tries two models.
import * as l10n from '@vscode/l10n'
import type { TryPairView, TryPhase, TryTally } from '../../src/shared/tryView'
import { count } from '../numbers'

const PLACEHOLDER = l10n.t('Type a prompt; Enter sends it')

export const trying = {
  none: {
    title: l10n.t('Try two models'),
    body: l10n.t(
      'Type a prompt. Two models respond side by side, without their names and in shuffled order. Vote with one key, then see which is which.',
    ),
    start: l10n.t('Try Models…'),
  },
  setup: l10n.t('Models and settings'),
  model: (side: number) => (side === 0 ? l10n.t('First model') : l10n.t('Second model')),
  against: l10n.t('against'),
  choose: l10n.t('Choose a model…'),
  other: l10n.t('Other…'),
  temperature: l10n.t('Temperature'),
  temperatureMeaning: l10n.t('The other sampling settings are those of the curation.'),
  restart: l10n.t('New Conversation'),
  notBuilt: (name: string) =>
    l10n.t`The model of the run ${name} is not built for sampling on this machine yet. That takes minutes.`,
  build: l10n.t('Build Model'),
  conversation: l10n.t('Conversation'),
  responses: l10n.t('Responses'),
  response: (place: number) => l10n.t`Response ${count(place + 1)}`,
  responseBy: (place: number, name: string) => l10n.t`Response ${count(place + 1)}: ${name}`,
  reasoning: l10n.t('Reasoning…'),
  waiting: l10n.t('Waiting for both models'),
  writing: l10n.t('Both models respond'),
  choices: l10n.t('Your vote'),
  question: l10n.t('Which response is better?'),
  stop: l10n.t('Stop'),
  stopped: l10n.t('Stopped.'),
  again: l10n.t('Ask Again'),
  keep: l10n.t('Keep as Label'),
  keepMeaning: l10n.t(
    'The prompt joins the prompts of the curation, both responses its candidates, and your vote the data set',
  ),
  kept: {
    no: '',
    keeping: l10n.t('Keeping…'),
    kept: l10n.t('Kept as a label of this curation.'),
    undone: l10n.t('The label was undone. The prompt stays in the file of prompts.'),
  } satisfies Record<TryPairView['kept'], string>,
  keptCutOff: l10n.t(
    'Kept as a label. It makes no row of the data set: the preferred response was cut off. A larger sampling.maxNewTokens lets responses end.',
  ),
  write: l10n.t('Next Prompt'),
  escape: l10n.t('Esc'),
  prompt: l10n.t('Prompt'),
  placeholder: {
    none: PLACEHOLDER,
    answering: l10n.t('Both models respond'),
    answered: l10n.t('Vote first: 1, 2, t or b'),
    voted: l10n.t('Continue after the preferred response; Enter sends'),
    stopped: PLACEHOLDER,
    failed: PLACEHOLDER,
  } satisfies Record<TryPhase | 'none', string>,
  send: l10n.t('Send'),
  untrusted: l10n.t('No model responds until you trust the workspace.'),
  voted: {
    best: (name: string) => l10n.t`You preferred ${name}.`,
    tie: l10n.t('A tie.'),
    allBad: l10n.t('All bad.'),
  },
  announced: (responses: readonly string[]) =>
    responses.map((text, place) => l10n.t`Response ${count(place + 1)}: ${text}`).join(' '),
  revealed: (said: string, names: readonly string[]) =>
    `${said} ${names.map((name, place) => l10n.t`Response ${count(place + 1)}: ${name}`).join('. ')}`,
  tally: {
    label: l10n.t('Votes so far'),
    entries: ({ names, wins, ties, allBad, kept }: TryTally): [string, number][] => [
      ...names.map((name, side): [string, number] => [name, wins[side] ?? 0]),
      [l10n.t('ties'), ties],
      ...(allBad === 0 ? [] : [[l10n.t('all bad'), allBad] as [string, number]]),
      ...(kept === 0 ? [] : [[l10n.t('kept'), kept] as [string, number]]),
    ],
  },
}
