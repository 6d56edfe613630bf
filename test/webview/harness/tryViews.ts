// Two models that are tried, as the host would send them; and how they look.
import type { TryAnswerView, TryPairView, TryView } from '../../../src/shared/tryView'
import type { Appearance } from './appearances'
import type { Editor } from './editor'
import { curation, tasks } from './samples'

const RUN = '2026-11-26T17-19-04-dpo'

const TEXTS = [
  'Tides are the **rise and fall of the sea**, caused by the pull of the Moon and, less, of the Sun.\n\n1. The Moon pulls the water nearest to it.\n2. On the far side the water is left behind.\n3. So there are two bulges, and as the Earth turns under them each coast has two high tides a day.',
  'Tides happen because of the Moon. The Moon has gravity and the gravity pulls on the sea, so the sea goes up, and then it goes down again when the Moon is gone.',
]

export const answers = (change: Partial<TryAnswerView> = {}): TryAnswerView[] =>
  TEXTS.map((text) => ({
    text,
    isReasoning: false,
    finishReason: 'stop',
    tokenCount: null,
    name: null,
    ...change,
  }))

export const ANSWERED: TryPairView = {
  prompt: 'Why are there tides, in three sentences for a ten-year-old?',
  phase: 'answered',
  sentence: null,
  answers: answers(),
  vote: null,
  kept: 'no',
  failure: null,
}

/** They grow: the beginnings of the texts. */
export const ANSWERING: TryPairView = {
  ...ANSWERED,
  phase: 'answering',
  answers: answers({ finishReason: null }).map((one) => ({ ...one, text: one.text.slice(0, 90) })),
}

export const VOTED: TryPairView = {
  ...ANSWERED,
  phase: 'voted',
  vote: { best: 0 },
  answers: answers().map((one, place) =>
    place === 0
      ? { ...one, name: RUN, tokenCount: 71 }
      : { ...one, name: 'SmolLM2-135M-Instruct', finishReason: 'length', tokenCount: 40 },
  ),
}

export function trying(change: Partial<TryView> = {}): TryView {
  return {
    models: [
      { id: 'model-0', label: 'SmolLM2-135M-Instruct' },
      { id: 'model-1', label: RUN },
      { id: 'model-2', label: 'Qwen3-8B at gpu.example:8000' },
    ],
    chosen: ['model-0', 'model-1'],
    notBuilt: [],
    temperature: 1,
    turns: [],
    pair: null,
    tally: { names: ['SmolLM2-135M-Instruct', RUN], wins: [0, 0], ties: 0, allBad: 0, kept: 0 },
    calls: 1,
    ...change,
  }
}

const TALLY = { names: ['SmolLM2-135M-Instruct', RUN], wins: [3, 5], ties: 1, allBad: 1, kept: 2 }
const TURNS: TryView['turns'] = [
  { role: 'user', content: 'What does the Moon do to the sea?' },
  { role: 'assistant', content: 'It pulls on it: that makes the **tides**.' },
]

const appearance = (name: string, view: TryView, reach?: Appearance['reach']): Appearance => ({
  name,
  view: curation({ trying: view }),
  tasks: tasks(3),
  reach: async (editor) => {
    await openTry(editor)
    await reach?.(editor)
  },
})

export async function openTry(editor: Editor): Promise<void> {
  await editor.page.getByRole('tab', { name: /^Try/ }).click()
  await editor.page.getByRole('textbox', { name: 'Prompt' }).waitFor()
}

export const TRY_APPEARANCES: readonly Appearance[] = [
  appearance('try-first', trying({ notBuilt: ['model-1'] })),
  appearance('try-answering', trying({ pair: ANSWERING })),
  appearance('try-answered', trying({ pair: ANSWERED, turns: TURNS, tally: TALLY })),
  appearance('try-voted', trying({ pair: VOTED, turns: TURNS, tally: TALLY })),
  appearance('try-kept', trying({ pair: { ...VOTED, kept: 'kept' }, tally: TALLY })),
  appearance(
    'try-failed',
    trying({
      pair: {
        ...ANSWERED,
        phase: 'failed',
        answers: answers({ text: '', finishReason: null }),
        failure: {
          code: 'server-unreachable',
          message: 'The server does not answer as it should: no connection (tried 8 times).',
          where: 'http://gpu.example:8000/v1',
          remedy: 'See that the server runs and the address is right, then start again.',
        },
      },
    }),
  ),
]
