// Curations and tasks as the host would send them, small enough to read in a failing test.
import type { Message } from '../../../src/shared/domain'
import { dpo } from '../../../src/core/training/methods/dpo'
import type { Activity, Counts, ResponseView, Task } from '../../../src/shared/curationViews'
import type { CurationSettings, EditorState } from '../../../src/shared/editorProtocol'
import type { StrengthGroup } from '../../../src/shared/evaluation'
import type { Failure } from '../../../src/shared/errors'
import type { RunPoint, RunView } from '../../../src/shared/runProtocol'

type Change = Partial<Omit<EditorState, 'file' | 'settings' | 'counts'>> & {
  file?: Partial<EditorState['file']>
  settings?: Partial<CurationSettings>
  counts?: Partial<Counts>
}

/** An open curation with all its candidates and nothing labelled, but for what `change` says. */
export function curation({ file, settings, counts, ...rest }: Change = {}): EditorState {
  return {
    file: { name: 'helpful', phase: 'open', lost: null, ...file },
    trusted: true,
    obstacle: null,
    settings: {
      annotator: 'ada',
      generator: 'builtin:SmolLM2-135M-Instruct',
      device: 'SmolLM2-135M-Instruct on cpu: no usable GPU was found',
      selection: { method: 'aepo', k: 2, lambda: 0.5, guard: true },
      n: 32,
      guidelines: null,
      output: 'helpful.dpo.jsonl',
      hasJudges: false,
      ...settings,
    },
    counts: {
      prompts: 80,
      candidates: 2560,
      candidatesWanted: 2560,
      cutOff: 0,
      leftOut: 0,
      selected: 80,
      annotated: 0,
      another: 0,
      anotherForAllBad: 0,
      pairs: 0,
      longerChosen: 0,
      chosenCutOff: 0,
      budget: 80,
      ...counts,
    },
    activity: null,
    earlier: null,
    earlierSelections: null,
    leftOut: null,
    recent: [],
    rounds: [],
    runs: [],
    evaluations: [],
    training: null,
    trying: null,
    simulation: null,
    ...rest,
  }
}

export const GENERATING: Activity = {
  kind: 'generate',
  sentence: 'Prompt 3 of 80',
  done: 64,
  total: 2560,
  tokensPerSecond: 412,
  secondsLeft: 1900,
}

/** A curation that was never read: its file is being opened, or broken. */
export function unread(failure: Failure | null = null): EditorState {
  return {
    ...curation(),
    file: { name: 'helpful', phase: failure ? 'broken' : 'opening', lost: null },
    obstacle: failure && { failure, isPast: false },
    settings: null,
    counts: null,
  }
}

const PROMPTS: Message[][] = [
  [
    {
      role: 'user',
      content:
        'Draft a short, professional email asking my supervisor for feedback on the **Quarterly Financial Report**, in particular on the data analysis, the presentation style, and the clarity of the conclusions.',
    },
  ],
  [
    {
      role: 'system',
      content: 'You are a patient programming tutor. Answer in plain words and show one example.',
    },
    { role: 'user', content: 'What does `zip` do in Python?' },
    { role: 'assistant', content: 'It walks over several sequences at once and gives you tuples.' },
    { role: 'user', content: 'And if they differ in length?' },
  ],
  [
    {
      role: 'user',
      content: Array.from(
        { length: 24 },
        (_, line) =>
          `Line ${line + 1} of a long prompt that quotes a document in full before it asks its question.`,
      ).join('\n'),
    },
  ],
]

const RESPONSES: string[] = [
  'Subject: Feedback on the Quarterly Financial Report\n\nDear Ms Keller,\n\nThank you for taking the time to look at the Quarterly Financial Report. Before it goes to the board I would value your view on three points:\n\n1. **Data analysis.** Are the comparisons with last year sound, and is anything missing?\n2. **Presentation.** Are the charts easy to follow?\n3. **Conclusions.** Do they follow from the figures?\n\nA few lines by Thursday would help me a great deal.\n\nKind regards,\nAda',
  'Hi,\n\nI wrote the report. Please tell me what you think about the data analysis, the presentation style and the clarity of the conclusions. I worked very hard on it and hope that you like it.\n\n> The numbers are from the third quarter.\n\nThanks',
  '`zip` stops at the **shortest** sequence:\n\n```python\nnames = ["Ada", "Grace", "Edsger"]\nyears = [1815, 1906]\nprint(list(zip(names, years)))  # [("Ada", 1815), ("Grace", 1906)] and Edsger is left out\n```\n\nUse `itertools.zip_longest` to go on to the longest, or `zip(..., strict=True)` to be told.\n\n| call | result |\n| --- | --- |\n| `zip(a, b)` | stops early |\n| `zip(a, b, strict=True)` | raises `ValueError` |',
  'Then Python raises an error, because all sequences given to `zip` must have the same length. See [the documentation](https://docs.python.org/3/library/functions.html#zip).\n\n![a diagram](https://example.org/zip.png)',
]

export function response(
  candidateId: string,
  text: string,
  change: Partial<ResponseView> = {},
): ResponseView {
  return { candidateId, text, finishReason: 'stop', tokenCount: 40, origin: null, ...change }
}

export function task(position: number, change: Partial<Task> = {}): Task {
  const prompt = PROMPTS[position % PROMPTS.length] ?? []
  const offset = position % 2 === 0 ? 0 : 2
  return {
    selectionId: `selection-${position + 1}`,
    promptId: `prompt-${position + 1}`,
    prompt,
    responses: [0, 1].map((index) =>
      response(`candidate-${position + 1}-${index + 1}`, RESPONSES[offset + index] ?? ''),
    ),
    position,
    place: 1,
    flagged: false,
    total: 80,
    preference: null,
    edit: null,
    milliseconds: 0,
    note: '',
    removed:
      position % 2 === 0
        ? [
            { reason: 'duplicate', count: 1 },
            { reason: 'looping', count: 1 },
          ]
        : [],
    poolSize: 32,
    ...change,
  }
}

export function tasks(count: number): Task[] {
  return Array.from({ length: count }, (_, position) => task(position, { total: count }))
}

/** A task whose responses are these texts, in this order. */
export function taskOf(texts: string[], change: Partial<Task> = {}): Task {
  return task(0, {
    responses: texts.map((text, index) => response(`candidate-${index + 1}`, text)),
    total: 1,
    ...change,
  })
}

export function run(change: Partial<RunView> = {}): RunView {
  return {
    id: '2025-03-14-1',
    title: 'DPO on SmolLM2-135M-Instruct',
    method: 'DPO',
    model: 'SmolLM2-135M-Instruct',
    settings: {},
    startedAt: '2025-03-14T09:26:53Z',
    rows: 71,
    heldOutRows: 0,
    selfAnnotatedRows: 0,
    state: 'running',
    step: 34,
    totalSteps: 90,
    secondsLeft: 312,
    round: 1,
    figures: dpo.figures,
    points: points(34),
    failure: null,
    warning: null,
    generates: true,
    regression: null,
    resumable: false,
    ...change,
  }
}

/** A run as they go: loss falls from ln 2, the margin grows, both with some noise. */
export function points(steps: number): RunPoint[] {
  return Array.from({ length: steps }, (_, index) => {
    const noise = Math.sin(index * 12.9898) * 0.04
    return {
      step: index + 1,
      figures: {
        loss: 0.693 * Math.exp(-index / 60) + noise,
        rewardMargin: index / 40 + noise * 3,
      },
    }
  })
}

/** The same with every figure of DPO, and held-out rows at every tenth step. */
export function allFigures(steps: number): RunPoint[] {
  return points(steps).map(({ step, figures }) => {
    const margin = figures['rewardMargin'] ?? 0
    const heldOut = {
      heldOutLoss: 0.69 - step / 200,
      heldOutMargin: step / 80,
      heldOutAccuracy: 0.75,
    }
    return {
      step,
      figures: {
        ...figures,
        rewardAccuracy: Math.min(1, 0.5 + step / 60),
        rewardChosen: margin * 0.6,
        rewardRejected: -margin * 0.4,
        logpChosen: -180 - step / 3,
        logpRejected: -170 - step,
        learningRate: 1e-4 * (1 - step / 90),
        gradNorm: 6 + (figures['loss'] ?? 0),
        ...(step % 10 === 0 ? heldOut : {}),
      },
    }
  })
}

export const STRENGTHS: StrengthGroup[] = [
  {
    round: 1,
    generators: [
      { generator: 'Qwen3-8B', strength: 0.42, low: 0.11, high: 0.73, met: 60, won: 42 },
      {
        generator: 'SmolLM2-135M-Instruct',
        strength: -0.42,
        low: -0.73,
        high: -0.11,
        met: 60,
        won: 18,
      },
    ],
  },
]
