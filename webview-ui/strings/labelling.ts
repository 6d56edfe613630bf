// Strings of the label view: task, decision, candidates, note, keys.
import * as l10n from '@vscode/l10n'
import type { RemovalReason } from '../../src/shared/domain'
import { COMMAND_STRINGS } from './commands'
import {
  count,
  countedCandidates,
  countedDuplicates,
  countedLabels,
  countedLines,
  countedTurns,
  wholePercent,
} from '../numbers'

const REMOVALS: Readonly<Record<RemovalReason, (n: number) => string>> = {
  seen: (n) => l10n.t`${count(n)} shown before`,
  empty: (n) => l10n.t`${count(n)} empty`,
  duplicate: (n) => countedDuplicates(n),
  stub: (n) => l10n.t`${count(n)} too short`,
  'repeated-under-prompts': (n) => l10n.t`${count(n)} repeated under other prompts`,
  looping: (n) => l10n.t`${count(n)} looping`,
  'cut-off': (n) => l10n.t`${count(n)} cut off`,
  'not-embedded': (n) => l10n.t`${count(n)} not embedded`,
  'unfinished-reasoning': (n) => l10n.t`${count(n)} without an answer`,
}

export const labelling = {
  task: {
    goTo: l10n.t('Go to prompt'),
    go: l10n.t('Go'),
    place: (position: number, total: number) =>
      l10n.t`Prompt ${count(position + 1)} of ${count(total)}`,
    leftOut: (removed: number, pool: number, reasons: { reason: RemovalReason; count: number }[]) =>
      l10n.t`${count(removed)} of ${countedCandidates(pool)} left out: ${reasons.map(({ reason, count: n }) => REMOVALS[reason](n)).join(', ')}`,
    /** Which selection of its pool it is. */
    another: (n: number) => l10n.t`Selection ${count(n)} of this pool`,
    roles: { system: l10n.t('System'), user: l10n.t('User'), assistant: l10n.t('Assistant') },
    promptRegion: l10n.t('Prompt'),
    passedOver: (turns: number) => l10n.t`… ${countedTurns(turns)} between`,
    folded: (rows: number) => l10n.t`⋯ ${countedLines(rows)} above`,
    more: l10n.t('Show all'),
    less: l10n.t('Show less'),
    response: (n: number) => l10n.t`Response ${count(n)}`,
    emptyResponse: l10n.t('Empty response'),
    cutOff: (tokens: number | null) =>
      tokens === null ? l10n.t('cut off') : l10n.t`cut off at ${count(tokens)}`,
    cutOffMeaning: l10n.t('The response reached the token limit before its end.'),
    plainBecauseLong: l10n.t('Shown as plain text: too large or too deeply nested for Markdown.'),
    notCompared: l10n.t('Too long or too different to mark word by word.'),
    sharedMarked: l10n.t('These texts have little in common: the marks show what they share.'),
    nothingShared: l10n.t('These texts have no passage in common.'),
    emptyCode: l10n.t('Empty code block'),
    code: l10n.t('Code'),
    image: l10n.t('Image'),
    viewTools: l10n.t('View'),
    rendered: l10n.t('Markdown'),
  },

  decision: {
    bar: l10n.t('Your label'),
    best: (n: number, k: number) =>
      k === 2 ? l10n.t`${count(n)} is better` : l10n.t`${count(n)} is best`,
    /** After the number of the response. */
    prefer: l10n.t('Prefer'),
    recent: l10n.t('Last labels'),
    recentOne: (position: number, what: string) => l10n.t`Prompt ${count(position + 1)}: ${what}`,
    tie: l10n.t('tie'),
    allBad: l10n.t('all bad'),
    skip: l10n.t('skipped'),
    then: l10n.t(', then '),
    equal: l10n.t(' = '),
    decided: (what: string) => l10n.t`Labelled: ${what}. Choose again to change it.`,
    marks: {
      best: l10n.t('Preferred'),
      tie: l10n.t('Tie'),
      allBad: l10n.t('All bad'),
      skip: l10n.t('Skipped'),
      place: (n: number) => l10n.t`Place ${count(n)}`,
    },
    rankHint: (n: number) => l10n.t`Ranking: choose number ${count(n)}. r leaves the ranking.`,
    saved: (what: string) => l10n.t`Saved: ${what}.`,
    saving: l10n.t('Saving…'),
    undone: l10n.t('Undone.'),
    nothingToUndo: l10n.t('Nothing to undo.'),
    first: l10n.t('This is the first one.'),
    last: l10n.t('This is the last one.'),
    open: l10n.t('This is the next one to label.'),
    noneOpen: l10n.t('No selection is left to label.'),
    changed: l10n.t('The selection changed; this is the new one.'),
    justAppeared: l10n.t('This selection has just appeared: nothing was saved.'),
    budgetReached: (budget: number) =>
      l10n.t`The budget of ${countedLabels(budget)} is used up. Further labels are saved, too.`,
  },

  pool: {
    region: l10n.t('Candidates of this prompt'),
    show: (n: number) => l10n.t`All ${countedCandidates(n)}`,
    hide: l10n.t('Hide the candidates'),
    map: (n: number) => l10n.t`Map of ${countedCandidates(n)}; the list below has them all`,
    mapMeaning: (share: number) =>
      l10n.t`The nearer two candidates, the more alike their texts. This plane shows ${wholePercent(share)} % of the differences.`,
    outcomes: {
      kept: l10n.t('Not selected'),
      seen: l10n.t('Shown before'),
      empty: l10n.t('Left out: empty'),
      duplicate: l10n.t('Left out: duplicate'),
      stub: l10n.t('Left out: too short'),
      'repeated-under-prompts': l10n.t('Left out: repeated'),
      looping: l10n.t('Left out: looping'),
      'cut-off': l10n.t('Left out: cut off'),
      'not-embedded': l10n.t('Left out: could not be embedded'),
      'unfinished-reasoning': l10n.t('Left out: reasoning without an answer'),
    } satisfies Record<RemovalReason | 'kept', string>,
  },

  note: {
    label: l10n.t('Note'),
    hint: (decided: boolean) =>
      decided
        ? l10n.t('Escape saves it and returns to labelling.')
        : l10n.t('Saved with the label. Escape returns to labelling.'),
    close: l10n.t('Close Note'),
    save: l10n.t('Save Note'),
    saved: l10n.t('Note saved.'),
    notSaved: l10n.t('The note was not saved.'),
    waits: (decided: boolean) =>
      decided ? l10n.t('Not saved yet') : l10n.t('Saved with the label'),
  },
  edit: {
    label: l10n.t('Your text'),
    /** After the number of the response. */
    choose: l10n.t('Edit this one'),
    chooseHint: l10n.t('Editing: choose a response by its number. e leaves it.'),
    save: l10n.t('Save and Prefer'),
    saveKey: l10n.t('Ctrl+Enter'),
    cancel: l10n.t('Close'),
    cancelKey: l10n.t('Esc'),
    hint: l10n.t('The data set prefers your text to all responses shown.'),
    /** Of a decision. */
    edited: (decision: string) => l10n.t`${decision}, edited`,
    mark: l10n.t('Edited'),
    asSampled: l10n.t('As sampled'),
    unsaved: l10n.t('edit not saved'),
    unsavedMeaning: l10n.t('You wrote another text and have not saved it.'),
  },
  flag: {
    set: l10n.t('Flagged.'),
    removed: l10n.t('Flag removed.'),
  },
  guidelines: l10n.t('Guidelines'),
  side: l10n.t('Guidelines and note'),

  commands: COMMAND_STRINGS,
  keysDialog: {
    title: l10n.t('Keys'),
    close: l10n.t('Close'),
    best: (k: number) => (k === 2 ? l10n.t('The better response') : l10n.t('The best response')),
  },
}
