// The commands of the editor in words: on their buttons, and in the list of keys.
import type { SimpleCommand } from './keys'

export const COMMANDS: Readonly<Record<SimpleCommand, { button: string; meaning: string }>> = {
  tie: { button: 'Tie', meaning: 'Tie: equally good' },
  allBad: { button: 'All bad', meaning: 'All bad: not in the data set' },
  skip: { button: 'Skip', meaning: 'Skip: no opinion, not in the data set' },
  rank: { button: 'Rank all', meaning: 'Rank all: press the numbers from best to worst' },
  undo: { button: 'Undo', meaning: 'Take back the last decision (also Ctrl/Cmd+Z)' },
  previous: { button: 'Previous', meaning: 'Previous prompt' },
  next: { button: 'Next', meaning: 'Next prompt' },
  first: { button: 'First', meaning: 'First prompt' },
  last: { button: 'Last', meaning: 'Last prompt' },
  nextOpen: { button: 'Next open', meaning: 'Next prompt that is not labelled' },
  note: { button: 'Note', meaning: 'Write a note; Escape returns to labelling' },
  raw: { button: 'Raw text', meaning: 'Show raw text or rendered Markdown' },
  differences: {
    button: 'Differences',
    meaning: 'Mark the words that differ; with more than two responses, from the first',
  },
  pool: { button: 'Candidates', meaning: 'Show or hide all candidates of the prompt' },
  prompt: { button: 'Whole prompt', meaning: 'Unfold or fold a long prompt' },
  guidelines: { button: 'Guidelines', meaning: 'Show or hide the guidelines' },
  search: { button: 'Search', meaning: 'Search all prompts and notes' },
  keys: { button: 'Keys', meaning: 'Show these keys' },
}
