// The questions before a training run: the method, and the last question, in which values are
// changed and rows are shown without losing it.
import { beforeEach, expect, test, vi } from 'vitest'
import { type MethodId, METHODS } from '../../../src/core/training/methods/table'
import {
  FIRST_ANSWERS,
  hyperparametersOf,
  type TrainingAnswers,
  trainingQuestions,
} from '../../../src/host/commands/trainingQuestions'
import type { Answer, Place } from '../../../src/host/questions/sequence'

/** What the user does with each list and each text that is asked for, in order. */
const script = vi.hoisted(() => ({
  picks: [] as unknown[],
  texts: [] as unknown[],
  /** What the last list offered. */
  offered: [] as unknown[],
}))

vi.mock('vscode', () => ({}))
vi.mock('../../../src/host/questions/input', () => ({
  pick: (_place: unknown, items: unknown[]) => {
    script.offered = items
    return Promise.resolve(script.picks.shift())
  },
  enter: () => Promise.resolve(script.texts.shift()),
}))

const PAIRS = 14
const PLACE: Place = { title: 'Start Training Run', step: 2, steps: 2, canGoBack: true }
const BACK = { kind: 'back' }
const given = (value: unknown): unknown => ({ kind: 'given', value })

/** The answers whose rows were shown. */
let shown: TrainingAnswers[]

async function review(start = FIRST_ANSWERS): Promise<Answer<TrainingAnswers>> {
  const questions = trainingQuestions(
    () => PAIRS,
    (answers) => {
      shown.push(answers)
      return Promise.resolve()
    },
  )
  const last = questions.at(-1)
  if (!last) throw new Error('no question')
  return last.ask(start, PLACE)
}

beforeEach(() => {
  shown = []
  script.picks = []
  script.texts = []
})

test('rows are shown, then the question is there again', async () => {
  script.picks = [given('rows'), given('rows'), given('start')]
  expect(await review()).toEqual(given(FIRST_ANSWERS))
  expect(shown).toHaveLength(2)
})

test('a value that was changed counts for the rows and for the run', async () => {
  script.picks = [given({ key: 'maxSteps' }), given('rows'), given('start')]
  script.texts = [given('7')]
  const answer = await review()
  expect(shown[0]?.changed).toEqual({ maxSteps: '7' })
  if (answer.kind !== 'given') throw new Error('nothing was started')
  expect(hyperparametersOf(answer.value, PAIRS).common.maxSteps).toBe(7)
})

test('going back from a value changes nothing; going back from the list leaves it', async () => {
  script.picks = [given({ key: 'maxSteps' }), BACK]
  script.texts = [BACK]
  expect(await review()).toEqual(BACK)
})

test('a method is chosen by its label, with what it does and how many rows it has', async () => {
  script.picks = [given('kto')]
  const counts = (method: MethodId): number => (method === 'kto' ? 2 * PAIRS : PAIRS)
  const [, second] = trainingQuestions(counts, () => Promise.resolve())
  const start = { ...FIRST_ANSWERS, changed: { loss: 'ipo', maxSteps: '7' } }
  expect(await second?.ask(start, PLACE)).toEqual(
    given({ ...start, method: 'kto', changed: { maxSteps: '7' } }),
  )
  expect(script.offered).toContainEqual({
    label: 'KTO',
    description: '28 responses',
    detail: METHODS.kto.summary,
    value: 'kto',
  })
})
