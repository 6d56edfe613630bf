// Every sentence of the editor, in one table: to speak another language, this file changes and no
// other.
import type { RemovalReason } from '../src/shared/domain'
import type { RunView } from '../src/shared/runProtocol'
import type { ReviewFilter } from './review'
import { COMMANDS } from './stringsOfCommands'
import { count, countOf, decimal, duration, moment } from './numbers'

const REMOVALS: Readonly<Record<RemovalReason, (n: number) => string>> = {
  empty: (n) => `${count(n)} empty`,
  duplicate: (n) => countOf(n, 'duplicate'),
  stub: (n) => `${count(n)} far too short`,
  'repeated-under-prompts': (n) => `${count(n)} repeated under other prompts`,
  looping: (n) => `${count(n)} looping`,
  'cut-off': (n) => `${count(n)} cut off`,
}

const RUN_STATES: Readonly<Record<RunView['state'], string>> = {
  starting: 'Starting',
  running: 'Running',
  stopped: 'Stopped',
  failed: 'Failed',
  finished: 'Finished',
  unreadable: 'Cannot be read',
}

/** "builtin:NAME" is NAME to a person. */
export function modelName(model: string): string {
  return model.replace(/^builtin:/, '')
}

export const strings = {
  connecting: 'Opening the curation…',
  views: { bar: 'Views', label: 'Label', review: 'Review', runs: 'Runs' },

  header: {
    state: 'State of the curation',
    stale: 'As of the last time the file could be read',
    labelled: 'labelled',
    pairs: (n: number) => (n === 1 ? 'pair' : 'pairs'),
    of: (total: number) => `of ${count(total)}`,
    by: 'by',
    more: 'More',
    details: {
      prompts: 'Prompts',
      candidates: 'Candidates',
      selected: 'Selected',
      labelled: 'Labelled',
      pairs: 'DPO pairs',
      model: 'Model',
    },
    openOutput: 'Open Data Set',
    openText: 'Open as Text',
    showLog: 'Show Log',
  },

  actions: {
    generate: 'Generate Candidates',
    resume: 'Generate the Rest',
    stop: 'Stop',
    train: 'Start Training Run…',
    export: 'Export DPO Dataset',
    trust: 'Manage Workspace Trust',
    openPrompts: 'Open Prompts',
    reviewLabels: 'Review Labels',
  },

  activity: {
    label: 'Work under way',
    progress: 'Progress',
    rate: (tokensPerSecond: number) => `${count(Math.round(tokensPerSecond))} tok/s`,
    left: (seconds: number) => `${duration(seconds)} left`,
  },

  failure: {
    notSaved: 'The decision was not saved.',
    notDone: 'That did not work.',
    retry: 'Try Again',
    dismiss: 'Dismiss',
  },

  earlier: {
    title: (n: number) =>
      `${countOf(n, 'candidate')} ${n === 1 ? 'comes' : 'come'} from earlier settings.`,
    body: (settings: string[]) =>
      `Changed since: ${settings.join(', ')}. Keep them, or sample their pools again; labelled pools stay either way.`,
    selections: (n: number) =>
      `${countOf(n, 'selection')} ${n === 1 ? 'comes' : 'come'} from earlier settings.`,
    selectionsBody: (settings: string[]) =>
      `Changed since: ${settings.join(', ')}. Keep them, or select again from their pools; labelled ones stay either way.`,
    selectAgain: 'Select Again',
    again: 'Sample Again…',
    keep: 'Keep',
  },

  untrusted:
    'This workspace is not trusted: nothing is generated or trained here. What is there already can be read and labelled.',

  task: {
    goTo: 'Go to prompt',
    go: 'Go',
    place: (position: number, total: number) => `Prompt ${count(position + 1)} of ${count(total)}`,
    leftOut: (removed: number, pool: number, reasons: { reason: RemovalReason; count: number }[]) =>
      `${count(removed)} of ${countOf(pool, 'candidate')} left out: ${reasons.map(({ reason, count: n }) => REMOVALS[reason](n)).join(', ')}`,
    roles: { system: 'System', user: 'User', assistant: 'Assistant' },
    promptRegion: 'Prompt',
    passedOver: (turns: number) => `… ${countOf(turns, 'turn')} between`,
    folded: (rows: number) => `⋯ ${countOf(rows, 'line')} folded`,
    more: 'Show all',
    less: 'Show less',
    response: (n: number) => `Response ${count(n)}`,
    emptyResponse: 'Empty response',
    cutOff: (tokens: number | null) =>
      tokens === null ? 'cut off' : `cut off at ${count(tokens)}`,
    cutOffMeaning: 'The response reached the limit of tokens before its end.',
    plainBecauseLong: 'Shown as plain text: too large or too deeply nested for Markdown.',
    notCompared: 'Too long or too different to mark word by word.',
    sharedMarked: 'These texts have little in common: marked is what they share.',
    nothingShared: 'These texts have no passage in common.',
    emptyCode: 'Empty code block',
    code: 'Code',
    image: 'Image',
    viewTools: 'View',
    rendered: 'Markdown',
  },

  decision: {
    bar: 'Decision',
    best: (n: number, k: number) => (k === 2 ? `${count(n)} is better` : `${count(n)} is best`),
    /** After the number of the response. */
    prefer: 'Prefer',
    recent: 'Last decisions',
    recentOne: (position: number, what: string) => `Prompt ${count(position + 1)}: ${what}`,
    tie: 'tie',
    allBad: 'all bad',
    skip: 'skipped',
    then: ', then ',
    equal: ' = ',
    decided: (what: string) => `Decided: ${what}. Choose again to change it.`,
    marks: {
      best: 'Preferred',
      tie: 'Tie',
      allBad: 'All bad',
      skip: 'Skipped',
      place: (n: number) => `Place ${count(n)}`,
    },
    rankHint: (n: number) => `Ranking: choose number ${count(n)}. r leaves the ranking.`,
    saved: (what: string) => `Saved: ${what}.`,
    saving: 'Saving…',
    undone: 'Taken back.',
    nothingToUndo: 'Nothing to take back.',
    first: 'This is the first one.',
    last: 'This is the last one.',
    open: 'This is the next open one.',
    noneOpen: 'No selection is open.',
    changed: 'The selection changed; this is the new one.',
    justAppeared: 'This selection has just appeared: nothing was saved.',
    budgetReached: (budget: number) =>
      `The budget of ${countOf(budget, 'label')} is used up. Further ones are kept, too.`,
  },

  pool: {
    region: 'Candidates of this prompt',
    show: (n: number) => `All ${countOf(n, 'candidate')}`,
    hide: 'Hide the candidates',
    fates: {
      kept: 'Not selected',
      empty: 'Left out: empty',
      duplicate: 'Left out: duplicate',
      stub: 'Left out: too short',
      'repeated-under-prompts': 'Left out: repeated',
      looping: 'Left out: looping',
      'cut-off': 'Left out: cut off',
    } satisfies Record<RemovalReason | 'kept', string>,
  },

  note: {
    label: 'Note',
    hint: (decided: boolean) =>
      decided
        ? 'Escape saves it and returns to labelling.'
        : 'Saved with the decision. Escape returns to labelling.',
    close: 'Close Note',
    save: 'Save Note',
    saved: 'Note saved.',
    notSaved: 'The note was not saved.',
    waits: (decided: boolean) => (decided ? 'Not saved yet' : 'Saved with the decision'),
  },
  guidelines: 'Guidelines',
  side: 'Guidelines and note',

  review: {
    search: 'Search prompts and notes',
    filters: 'Show',
    list: 'Prompts',
    none: 'No prompt is found.',
    open: 'not labelled',
    notSelected: 'no selection yet',
    removed: (n: number) => `${count(n)} left out`,
    filter: {
      all: 'All',
      open: 'Not labelled',
      ranking: 'Preferred',
      tie: 'Ties',
      allBad: 'All bad',
      skip: 'Skipped',
      noted: 'With a note',
      removed: 'Left out by the guard',
    } satisfies Record<ReviewFilter, string>,
  },

  commands: COMMANDS,
  keysDialog: {
    title: 'Keys',
    close: 'Close',
    best: (k: number) => (k === 2 ? 'The better response' : 'The best response'),
  },

  stages: {
    noCandidates: {
      title: 'From prompts to preferences',
      steps: (prompts: number, n: number, k: number, model: string) => [
        countOf(prompts, 'prompt'),
        `Sample ${countOf(n, 'candidate')} for each with ${modelName(model)}`,
        `Label the ${count(k)} most informative of each, from the keyboard`,
        'Train on the DPO data set that your labels make',
      ],
    },
    waiting: {
      title: 'The first selection is on its way',
      body: (n: number) =>
        `Labelling starts as soon as the first prompt has its ${countOf(n, 'candidate')}; generation goes on meanwhile.`,
    },
    caughtUp: {
      title: 'You have labelled all there is so far',
      body: 'The next selection appears here by itself.',
    },
    paused: {
      title: 'Everything generated so far is labelled',
      body: (have: number, want: number) =>
        `${count(have)} of ${countOf(want, 'candidate')} are there. Generate the rest to go on labelling.`,
    },
    done: {
      title: 'All labelled',
      body: (annotated: number, pairs: number, output: string) =>
        `${countOf(annotated, 'label')} gave ${countOf(pairs, 'DPO pair')}. ${output} is up to date.`,
      longer: (chosen: number, pairs: number) =>
        `The longer response is the preferred one in ${count(chosen)} of ${count(pairs)} (${count(Math.round((100 * chosen) / pairs))} %). On judged data sets it is in 76 %: far above that, length may be all that the labels teach.`,
      next: 'Next: start a training run on it, or review your labels.',
    },
    noPairs: {
      title: 'All labelled',
      next: 'A training run needs at least two DPO pairs: ties, skips and “all bad” give none.',
    },
    blocked: {
      title: 'This curation cannot be shown yet',
      body: 'The message above says what to correct. The editor follows as soon as the file is saved.',
    },
    untrusted: {
      title: 'Nothing to label yet',
      body: 'Candidates are generated by a model on this machine, which waits until you trust the workspace.',
    },
  },

  runs: {
    title: 'Training runs',
    none: {
      title: 'No training run yet',
      body: 'A run fine-tunes a model on the DPO pairs of this curation. Its curves appear here as it goes.',
    },
    tooFew: 'A run needs at least two DPO pairs.',
    started: (model: string) => `A training run of ${modelName(model)} started.`,
    states: RUN_STATES,
    step: (step: number, total: number | null) =>
      total === null ? `Step ${count(step)}` : `Step ${count(step)} of ${count(total)}`,
    startedAt: (iso: string) => `Started ${moment(iso)}`,
    rows: (n: number, heldOut: number) =>
      heldOut === 0 ? countOf(n, 'row') : `${countOf(n, 'row')}, ${count(heldOut)} held out`,
    stop: 'Stop Run',
    resume: 'Resume Run',
    openLog: 'Open Run Log',
    warning: 'Finished with a warning',
    atStep: (value: number, step: number) => `${decimal(value)} at step ${count(step)}`,
    summary: (name: string, first: number, last: number, steps: number) =>
      `${name} over ${countOf(steps, 'step')}: from ${decimal(first)} to ${decimal(last)}.`,
    noPoints: 'Curves appear with the first logged step.',
    values: 'Values',
    columnStep: 'Step',
    missing: '–',
  },
}
