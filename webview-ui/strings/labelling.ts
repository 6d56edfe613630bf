// Strings of the label view: task, decision, candidates, note, keys.
import * as l10n from '@vscode/l10n'
import type { RemovalReason } from '../../src/shared/domain'
import type { SimpleCommand } from '../keys'
import { annotationCount, candidateCount, count, duplicateCount, turnCount } from '../numbers'

const REMOVALS: Readonly<Record<RemovalReason, (n: number) => string>> = {
  empty: (n) => l10n.t`${count(n)} empty`,
  duplicate: (n) => duplicateCount(n),
  stub: (n) => l10n.t`${count(n)} far too short`,
  'repeated-under-prompts': (n) => l10n.t`${count(n)} repeated under other prompts`,
  looping: (n) => l10n.t`${count(n)} looping`,
  'cut-off': (n) => l10n.t`${count(n)} cut off`,
}

const COMMANDS: Readonly<Record<SimpleCommand, { button: string; meaning: string }>> = {
  tie: { button: l10n.t('Tie'), meaning: l10n.t('Equally good: a tie') },
  allBad: { button: l10n.t('Both bad'), meaning: l10n.t('None is acceptable') },
  skip: { button: l10n.t('Skip'), meaning: l10n.t('Skip: no opinion, not in the data set') },
  rank: {
    button: l10n.t('Rank all'),
    meaning: l10n.t('Rank all: press the numbers from best to worst'),
  },
  undo: {
    button: l10n.t('Undo'),
    meaning: l10n.t('Take back the last decision (also Ctrl/Cmd+Z)'),
  },
  previous: { button: l10n.t('Previous'), meaning: l10n.t('Previous prompt') },
  next: { button: l10n.t('Next'), meaning: l10n.t('Next prompt') },
  first: { button: l10n.t('First'), meaning: l10n.t('First prompt') },
  last: { button: l10n.t('Last'), meaning: l10n.t('Last prompt') },
  nextOpen: { button: l10n.t('Next open'), meaning: l10n.t('Next prompt without a decision') },
  note: { button: l10n.t('Note'), meaning: l10n.t('Write a note; Escape returns to labelling') },
  raw: { button: l10n.t('Raw text'), meaning: l10n.t('Show raw text or rendered Markdown') },
  differences: {
    button: l10n.t('Differences'),
    meaning: l10n.t('Mark the words that differ, of more than two responses from the first'),
  },
  pool: {
    button: l10n.t('Candidates'),
    meaning: l10n.t('Show or hide all candidates of the prompt'),
  },
  prompt: { button: l10n.t('Whole prompt'), meaning: l10n.t('Unfold or fold a long prompt') },
  guidelines: { button: l10n.t('Guidelines'), meaning: l10n.t('Show or hide the guidelines') },
  keys: { button: l10n.t('Keys'), meaning: l10n.t('Show these keys') },
}

export const labelling = {
  task: {
    goTo: l10n.t('Go to prompt'),
    go: l10n.t('Go'),
    place: (position: number, total: number) =>
      l10n.t`Prompt ${count(position + 1)} of ${count(total)}`,
    leftOut: (removed: number, pool: number, reasons: { reason: RemovalReason; count: number }[]) =>
      l10n.t`${count(removed)} of ${candidateCount(pool)} left out: ${reasons.map(({ reason, count: n }) => REMOVALS[reason](n)).join(', ')}`,
    roles: { system: l10n.t('System'), user: l10n.t('User'), assistant: l10n.t('Assistant') },
    promptRegion: l10n.t('Prompt'),
    passedOver: (turns: number) => l10n.t`… ${turnCount(turns)} between`,
    more: l10n.t('Show all'),
    less: l10n.t('Show less'),
    response: (n: number) => l10n.t`Response ${count(n)}`,
    emptyResponse: l10n.t('Empty response'),
    plainBecauseLong: l10n.t('Shown as plain text: too large or too deeply nested for Markdown.'),
    notCompared: l10n.t('Too long or too different to mark word by word.'),
    code: l10n.t('Code'),
    image: l10n.t('Image'),
    viewTools: l10n.t('View'),
    rendered: l10n.t('Markdown'),
  },

  decision: {
    bar: l10n.t('Decision'),
    best: (n: number, k: number) =>
      k === 2 ? l10n.t`${count(n)} is better` : l10n.t`${count(n)} is best`,
    /** After the number, which is the key. */
    isBest: (k: number) => (k === 2 ? l10n.t('is better') : l10n.t('is best')),
    allBadOfMany: l10n.t('All bad'),
    tie: l10n.t('tie'),
    allBad: l10n.t('none is acceptable'),
    skip: l10n.t('skipped'),
    then: l10n.t(', then '),
    equal: l10n.t(' = '),
    decided: (what: string) => l10n.t`Decided: ${what}. Choose again to change it.`,
    marks: {
      best: l10n.t('Preferred'),
      tie: l10n.t('Tie'),
      allBad: l10n.t('Bad'),
      skip: l10n.t('Skipped'),
      place: (n: number) => l10n.t`Place ${count(n)}`,
    },
    rankHint: (n: number) => l10n.t`Ranking: choose number ${count(n)}. r leaves the ranking.`,
    saved: (what: string) => l10n.t`Saved: ${what}.`,
    saving: l10n.t('Saving…'),
    undone: l10n.t('Taken back.'),
    nothingToUndo: l10n.t('Nothing to take back.'),
    first: l10n.t('This is the first one.'),
    last: l10n.t('This is the last one.'),
    open: l10n.t('This is the next open one.'),
    noneOpen: l10n.t('No selection is open.'),
    changed: l10n.t('The selection changed; this is the new one.'),
    budgetReached: (budget: number) =>
      l10n.t`The budget of ${annotationCount(budget)} is used up. Further decisions are welcome and kept.`,
  },

  pool: {
    region: l10n.t('Candidates of this prompt'),
    show: (n: number) => l10n.t`All ${candidateCount(n)}`,
    hide: l10n.t('Hide the candidates'),
    fates: {
      kept: l10n.t('Not selected'),
      empty: l10n.t('Left out: empty'),
      duplicate: l10n.t('Left out: duplicate'),
      stub: l10n.t('Left out: too short'),
      'repeated-under-prompts': l10n.t('Left out: repeated'),
      looping: l10n.t('Left out: looping'),
      'cut-off': l10n.t('Left out: cut off'),
    } satisfies Record<RemovalReason | 'kept', string>,
  },

  note: {
    label: l10n.t('Note'),
    hint: (decided: boolean) =>
      decided
        ? l10n.t('Escape saves it and returns to labelling.')
        : l10n.t('Saved with the decision. Escape returns to labelling.'),
    close: l10n.t('Close Note'),
    save: l10n.t('Save Note'),
    saved: l10n.t('Note saved.'),
    notSaved: l10n.t('The note was not saved.'),
    waits: (decided: boolean) =>
      decided ? l10n.t('Not saved yet') : l10n.t('Saved with the decision'),
  },
  guidelines: l10n.t('Guidelines'),

  commands: COMMANDS,
  keysDialog: {
    title: l10n.t('Keys'),
    close: l10n.t('Close'),
    best: (k: number) => (k === 2 ? l10n.t('The better response') : l10n.t('The best response')),
  },
}
