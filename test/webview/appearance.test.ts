// How the editor looks: axe in every kind of theme, reflow, visible focus, and a picture of every
// state.
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/shared/domain'
import type { EditorState, Task } from '../../src/shared/editorProtocol'
import { accessibilityViolations, type Editor, type Options } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { allFigures, curation, run, task, taskOf, tasks, unread } from './harness/samples'
import { useEditors } from './harness/suite'
import { changeTheme, THEME_KINDS } from './harness/themes'

const open = useEditors()
let editor: Editor

interface State {
  name: string
  view: EditorState
  tasks: Task[]
  /** Brings the editor into the state and waits until it is there. */
  reach?: () => Promise<void>
}

const GENERATING = {
  kind: 'generate',
  sentence: 'Prompt 3 of 80',
  done: 64,
  total: 2560,
  tokensPerSecond: 412,
  secondsLeft: 1900,
} as const
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

const STATES: State[] = [
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
    reach: () => press('r', 'Place 1', '2'),
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
    reach: () => press('ArrowLeft', 'Decided: 2 is better.'),
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
    reach: () => press('n', 'Escape returns to labelling'),
  },
  {
    name: 'raw',
    view: curation(),
    tasks: [taskOf(['a **bold**\u202e word', '[link](https://example.org)'])],
    reach: () => press('m', 'U+202E'),
  },
  {
    name: 'differences',
    view: curation(),
    tasks: tasks(2),
    reach: () => press('d', 'Subject: Feedback'),
  },
  {
    name: 'candidates',
    view: curation(),
    tasks: tasks(2),
    reach: () => press('c', 'Left out: looping'),
  },
  {
    name: 'keys',
    view: curation(),
    tasks: tasks(1),
    reach: () => press('?', 'The better response'),
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
  { name: 'all-done', view: curation({ counts: { annotated: 80, pairs: 71 } }), tasks: [] },
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
        run({ heldOutRows: 7, points: allFigures(34) }),
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
  { name: 'training-run-none', view: curation({ runs: [] }), tasks: [], reach: openRuns },
]

async function press(key: string, awaited: string, then?: string): Promise<void> {
  await editor.press(key)
  if (then !== undefined) await editor.press(then)
  await editor.page.getByText(awaited).first().waitFor()
}

async function openRuns(): Promise<void> {
  await editor.page.getByRole('tab', { name: 'Runs' }).click()
  await editor.page.getByRole('heading', { name: /run/ }).first().waitFor()
}

async function openPlaces(): Promise<void> {
  await editor.button('Prompt 1 of 80').click()
  await editor.page.getByRole('spinbutton').waitFor()
}

async function unsavedNote(): Promise<void> {
  await press('ArrowLeft', 'Decided: tie.')
  await press('n', 'Escape saves it')
  await editor.page.keyboard.type('Both get the date wrong.')
  editor.host.failNext('annotate', { code: 'disk-full', message: 'The disk is full.' })
  await press('Escape', 'Not saved yet')
}

async function failedDecision(): Promise<void> {
  editor.host.failNext('annotate', {
    code: 'disk-full',
    message: 'The disk is full.',
    where: 'annotations/ada.jsonl',
    remedy: 'Free some space and start again; what was written is kept.',
  })
  await press('2', 'The decision was not saved.')
}

async function reach({ view, tasks: all, reach: further }: State, options: Options): Promise<void> {
  editor = await open(new FakeHost(view, structuredClone(all)), options)
  await editor.page.getByRole('heading').first().waitFor()
  await further?.()
}

describe.each(STATES)('$name', (state) => {
  test('breaks no rule of accessibility in any kind of theme', async () => {
    await reach(state, {})
    for (const [kind, theme] of Object.entries(THEME_KINDS)) {
      await changeTheme(editor.page, theme)
      await editor.settle()
      await editor.picture(`${state.name}-${kind}`)
      expect(await accessibilityViolations(editor.page), kind).toEqual([])
    }
  })

  test('fits at 200 % zoom, and in 320 pixels, without sideways scrolling', async () => {
    await reach(state, { zoom: 2, theme: 'Light 2026' })
    await editor.picture(`${state.name}-zoom`)
    expect(await sidewaysScroll()).toBe(0)
    await changeTheme(editor.page, 'Dark 2026')
    await editor.page.setViewportSize({ width: 320, height: 800 })
    await editor.settle()
    await editor.picture(`${state.name}-narrow`)
    expect(await sidewaysScroll()).toBe(0)
  })
})

describe('room', () => {
  test('at 400 % zoom the decisions do not cover the text', async () => {
    editor = await open(new FakeHost(curation(), tasks(2)), { zoom: 4, width: 1280, height: 1024 })
    expect(
      await editor.page
        .getByRole('region', { name: 'Decision' })
        .evaluate((bar) => getComputedStyle(bar).position),
    ).toBe('static')
  })

  test('cards stand side by side where there is room, and stacked where there is none', async () => {
    editor = await open(new FakeHost(curation(), tasks(2)))
    const tops = (): Promise<number[]> =>
      editor.page
        .getByRole('article')
        .evaluateAll((cards) => cards.map((card) => card.getBoundingClientRect().top))
    const [left, right] = await tops()
    expect(left).toBe(right)
    await editor.page.setViewportSize({ width: 480, height: 800 })
    const [upper = 0, lower = 0] = await tops()
    expect(lower).toBeGreaterThan(upper)
  })
})

function sidewaysScroll(): Promise<number> {
  return editor.page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth))
}

test('the focus is visible on every control', async () => {
  editor = await open(
    new FakeHost(curation({ settings: { guidelines: 'x' }, counts: { annotated: 1 } }), tasks(2)),
  )
  const names: string[] = []
  for (let step = 0; step < 40; step++) {
    await editor.press('Tab')
    const focus = await editor.page.evaluate(() => {
      const outer = document.activeElement
      const inner = outer?.shadowRoot?.activeElement ?? outer
      if (!inner || inner === document.body) return null
      const { outlineStyle, outlineWidth } = getComputedStyle(inner)
      return {
        name: outer?.textContent.trim() ?? '',
        outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1,
      }
    })
    if (!focus) break
    expect(focus).toMatchObject({ outlined: true })
    names.push(focus.name)
  }
  expect(names.length).toBeGreaterThan(12)
})
