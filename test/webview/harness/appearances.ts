// Every state of the editor that is looked at: by axe, at zoom, and as pictures.
import type { Message } from '../../../src/shared/domain'
import type { Task } from '../../../src/shared/curationViews'
import type { EditorState } from '../../../src/shared/editorProtocol'
import type { Editor } from './editor'
import {
  STRENGTHS,
  allFigures,
  curation,
  GENERATING,
  run,
  task,
  taskOf,
  tasks,
  unread,
} from './samples'
import { SET_UP } from './trainingForms'
import { JUDGE } from './judges'
import { labelled } from './labelledTasks'

export interface Appearance {
  name: string
  view: EditorState
  tasks: Task[]
  /** Brings the editor into the state and waits until it is there. */
  reach?: (editor: Editor) => Promise<void>
}

const three = { method: 'aepo', k: 3, lambda: 0.5, guard: true } as const

const MANY_TURNS: Message[] = [
  {
    role: 'system',
    content: 'You are a careful editor of scientific texts. You keep the author’s voice. '.repeat(
      12,
    ),
  },
  { role: 'user', content: '```python\nprint("one")\nprint("two")\n```' },
  ...Array.from({ length: 4 }, (_, index): Message => ({
    role: index % 2 === 0 ? 'assistant' : 'user',
    content:
      `Turn ${index + 2}: **one thought** of many, told at some length so that it does not fit on a line of its own. `.repeat(
        3,
      ),
  })),
  { role: 'assistant', content: '```\nprint("three")\nprint("four")\n```' },
  {
    role: 'user',
    content: `${'The methods section describes the sample, the instruments and the procedure in the order in which they were used. '.repeat(14)}\n\nWhich sentence would you cut, and why?`,
  },
]

const FINISHED = { heldOutRows: 7, state: 'finished', points: allFigures(34) } as const

export const APPEARANCES: readonly Appearance[] = [
  {
    name: 'labelling',
    view: curation({ settings: { guidelines: 'Be kind.' }, counts: { annotated: 33, pairs: 30 } }),
    tasks: tasks(80),
  },
  {
    name: 'labelling-turns',
    view: curation({
      activity: GENERATING,
      counts: { candidates: 64, annotated: 1, pairs: 1, selected: 3 },
    }),
    tasks: [task(1)],
  },
  { name: 'labelling-long-prompt', view: curation(), tasks: [task(2)] },
  {
    name: 'labelling-many-turns',
    view: curation({ settings: { annotator: 'a-person-with-a-very-long-name-indeed' } }),
    tasks: [task(0, { prompt: MANY_TURNS })],
  },
  {
    name: 'labelling-sixteen',
    view: curation({ settings: { selection: { ...three, k: 16 } } }),
    tasks: [
      taskOf(
        Array.from(
          { length: 16 },
          (_, index) => `Answer number ${index + 1}, short enough to be read at a glance.`,
        ),
      ),
    ],
  },
  {
    name: 'places',
    view: curation({ counts: { annotated: 33, pairs: 30 } }),
    tasks: tasks(80),
    reach: openPlaces,
  },
  {
    name: 'labelling-three',
    view: curation({ settings: { selection: three } }),
    tasks: [
      taskOf([
        '# One\n\nA **first** answer.',
        'A second.\n\n- with\n- points',
        '## Three\n\nA third with `code`.',
      ]),
    ],
    reach: pressed('r', 'Place 1', '2'),
  },
  {
    name: 'decided',
    view: curation({ counts: { annotated: 1 } }),
    tasks: [
      task(0, {
        preference: { kind: 'ranking', tiers: [['candidate-1-2'], ['candidate-1-1']] },
        note: 'Shorter, and it answers the question.',
      }),
      task(1),
    ],
    reach: pressed('ArrowLeft', 'Labelled: 2 is better.'),
  },
  {
    name: 'note-unsaved',
    view: curation({ counts: { annotated: 1 } }),
    tasks: [task(0, { preference: { kind: 'tie' }, note: '' }), task(1)],
    reach: unsavedNote,
  },
  {
    name: 'note',
    view: curation(),
    tasks: tasks(2),
    reach: pressed('n', 'Escape returns to labelling'),
  },
  {
    name: 'raw',
    view: curation(),
    tasks: [taskOf(['a **bold**\u202e word', '[link](https://example.org)'])],
    reach: pressed('m', 'U+202E'),
  },
  {
    name: 'differences',
    view: curation(),
    tasks: tasks(2),
    reach: pressed('d', 'Subject: Feedback'),
  },
  {
    name: 'candidates',
    view: curation(),
    tasks: tasks(2),
    reach: pressed('c', 'Left out: looping'),
  },
  {
    name: 'keys',
    view: curation(),
    tasks: tasks(1),
    reach: pressed('?', 'The better response'),
  },
  {
    name: 'empty',
    view: curation({ settings: { device: null }, counts: { candidates: 0, selected: 0 } }),
    tasks: [],
  },
  {
    name: 'generating',
    view: curation({ activity: GENERATING, counts: { candidates: 12, selected: 0 } }),
    tasks: [],
  },
  {
    name: 'all-done',
    view: curation({
      counts: { annotated: 80, pairs: 71, longerChosen: 45, another: 80, anotherForAllBad: 3 },
    }),
    tasks: [],
  },
  {
    name: 'untrusted',
    view: curation({ trusted: false, counts: { candidates: 0, selected: 0 } }),
    tasks: [],
  },
  {
    name: 'invalid-file',
    view: unread({
      code: 'bad-input',
      message: 'Unknown key "lamda".',
      where: 'helpful.aepo.json',
      line: 7,
      column: 20,
      remedy: 'Did you mean "lambda"?',
    }),
    tasks: [],
  },
  { name: 'failure', view: curation(), tasks: tasks(2), reach: failedDecision },
  {
    name: 'labelling-four',
    view: curation({ settings: { selection: { ...three, k: 4 } } }),
    tasks: [
      task(1, { responses: [...task(1).responses, ...task(0).responses], flagged: true, place: 2 }),
    ],
  },
  {
    name: 'review',
    view: curation({ counts: { annotated: 60, pairs: 40 } }),
    tasks: labelled(80),
    reach: openReview,
  },
  {
    name: 'training-run',
    view: curation({
      counts: { annotated: 80, pairs: 71 },
      runs: [
        run({
          id: '2025-03-13-1',
          state: 'failed',
          step: 3,
          points: [],
          failure: {
            code: 'training-failed',
            message: 'Out of memory.',
            remedy: 'Lower the batch size.',
          },
        }),
        run({ heldOutRows: 7, selfAnnotatedRows: 40, points: allFigures(34) }),
        run({
          id: '2025-03-15-1',
          state: 'finished',
          points: [],
          warning: 'The run did not change the model: start a new run with a higher learningRate.',
        }),
      ],
    }),
    tasks: [],
    reach: openRuns,
  },
  {
    name: 'training-compared',
    view: curation({
      runs: [
        run({
          ...FINISHED,
          step: 90,
          points: allFigures(90),
          settings: { learningRate: '0.0001' },
        }),
        run({ ...FINISHED, id: '2025-03-15-1', settings: { learningRate: '0.00005' } }),
      ],
    }),
    tasks: [],
    reach: openRuns,
  },
  { name: 'training-form', view: SET_UP, tasks: tasks(16), reach: openRuns },
  { name: 'training-run-none', view: curation({ runs: [] }), tasks: [], reach: openRuns },
]

/** Presses keys one after the other and waits until the text is there. */
function pressed(key: string, awaited: string, then?: string): (editor: Editor) => Promise<void> {
  return async (editor) => {
    await editor.press(key)
    if (then !== undefined) await editor.press(then)
    await editor.page.getByText(awaited).first().waitFor()
  }
}

async function openRuns(editor: Editor): Promise<void> {
  await editor.page.getByRole('tab', { name: 'Runs' }).click()
  await editor.page.getByRole('heading', { name: /run/ }).first().waitFor()
}

async function openReview(editor: Editor): Promise<void> {
  editor.host.statistics = {
    labels: { ranking: 40, tie: 8, allBad: 7, skip: 5 },
    longer: { count: 29, of: 40 },
    first: { count: 22, of: 40 },
    k: 2,
    edited: 2,
    medianMilliseconds: 6240,
    strengths: STRENGTHS,
    agreement: [{ annotators: ['ada', 'grace'], same: { count: 11, of: 14 } }],
    judges: [JUDGE],
  }
  await editor.page.getByRole('tab', { name: 'Review' }).click()
  await editor.page.getByRole('list', { name: 'Prompts' }).getByRole('button').first().waitFor()
}

async function openPlaces(editor: Editor): Promise<void> {
  await editor.button('Prompt 1 of 80').click()
  await editor.page.getByRole('spinbutton').waitFor()
}

async function unsavedNote(editor: Editor): Promise<void> {
  await pressed('ArrowLeft', 'Labelled: tie.')(editor)
  await pressed('n', 'Escape saves it')(editor)
  await editor.page.keyboard.type('Both get the date wrong.')
  editor.host.failNext('annotate', { code: 'disk-full', message: 'The disk is full.' })
  await pressed('Escape', 'Not saved yet')(editor)
}

async function failedDecision(editor: Editor): Promise<void> {
  editor.host.failNext('annotate', {
    code: 'disk-full',
    message: 'The disk is full.',
    where: 'annotations/ada.jsonl',
    remedy: 'Free some space and start again; what was written is kept.',
  })
  await pressed('2', 'The label was not saved.')(editor)
}
