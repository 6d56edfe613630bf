// The commands of the editor in words: on their buttons, and in the list of keys.
import * as l10n from '@vscode/l10n'
import type { SimpleCommand } from '../keys'

export const COMMAND_STRINGS: Readonly<Record<SimpleCommand, { button: string; meaning: string }>> =
  {
    tie: { button: l10n.t('Tie'), meaning: l10n.t('Tie: equally good') },
    allBad: { button: l10n.t('All bad'), meaning: l10n.t('All bad: not in the data set') },
    skip: { button: l10n.t('Skip'), meaning: l10n.t('Skip: no opinion, not in the data set') },
    rank: {
      button: l10n.t('Rank all'),
      meaning: l10n.t('Rank all: press the numbers from best to worst'),
    },
    edit: {
      button: l10n.t('Edit'),
      meaning: l10n.t('Edit a response: your text is better than all shown'),
    },
    note: { button: l10n.t('Note'), meaning: l10n.t('Write a note; Escape returns to labelling') },
    undo: {
      button: l10n.t('Undo'),
      meaning: l10n.t('Undo the last label (also Ctrl/Cmd+Z)'),
    },
    flag: {
      button: l10n.t('Flag'),
      meaning: l10n.t('Flag the prompt, to find it again in the review'),
    },
    previous: { button: l10n.t('Previous'), meaning: l10n.t('Previous prompt') },
    next: { button: l10n.t('Next'), meaning: l10n.t('Next prompt') },
    first: { button: l10n.t('First'), meaning: l10n.t('First prompt') },
    last: { button: l10n.t('Last'), meaning: l10n.t('Last prompt') },
    nextOpen: {
      button: l10n.t('Next to label'),
      meaning: l10n.t('Next prompt that is not labelled'),
    },
    raw: { button: l10n.t('Raw text'), meaning: l10n.t('Show raw text or rendered Markdown') },
    differences: {
      button: l10n.t('Differences'),
      meaning: l10n.t('Mark the words that differ; with more than two responses, from the first'),
    },
    pool: {
      button: l10n.t('Candidates'),
      meaning: l10n.t('Show or hide all candidates of the prompt'),
    },
    prompt: { button: l10n.t('Whole prompt'), meaning: l10n.t('Unfold or fold a long prompt') },
    guidelines: { button: l10n.t('Guidelines'), meaning: l10n.t('Show or hide the guidelines') },
    search: { button: l10n.t('Search'), meaning: l10n.t('Search all prompts and notes') },
    lookAgain: {
      button: l10n.t('Look again'),
      meaning: l10n.t('Next label to look at again'),
    },
    another: {
      button: l10n.t('Another selection from each pool'),
      meaning: l10n.t('When all is labelled: another selection from each pool'),
    },
    forAllBad: {
      button: l10n.t('Other responses for prompts marked all bad'),
      meaning: l10n.t('When all is labelled: other responses for prompts marked all bad'),
    },
    keys: { button: l10n.t('Keys'), meaning: l10n.t('Show these keys') },
  }
