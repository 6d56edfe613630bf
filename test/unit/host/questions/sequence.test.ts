// Questions in sequence: what is asked, in which order, and what going back does.
import { expect, test } from 'vitest'
import {
  askInSequence,
  given,
  type QuestionPlace,
  type Question,
} from '../../../../src/host/questions/sequence'

interface Order {
  dish: string
  sauce: string
  drink: string
}

const NOTHING: Order = { dish: '', sauce: '', drink: '' }

interface Asked {
  key: keyof Order
  place: QuestionPlace
  answers: Order
}

/** Answers each question with the next of the replies; notes what was asked. */
function scripted(replies: string[]): {
  questions: Question<Order>[]
  asked: Asked[]
} {
  const asked: Asked[] = []
  const left = [...replies]
  const question = (key: keyof Order): Question<Order> => ({
    ask: (answers, place) => {
      asked.push({ key, place, answers })
      const reply = left.shift() ?? 'cancelled'
      return Promise.resolve(
        reply === 'back' || reply === 'cancelled'
          ? { kind: reply }
          : given({ ...answers, [key]: reply }),
      )
    },
  })
  const questions = [
    question('dish'),
    { ...question('sauce'), applies: ({ dish }: Order) => dish === 'pasta' },
    question('drink'),
  ]
  return { questions, asked }
}

const steps = (asked: readonly Asked[]): string[] =>
  asked.map(({ key, place: { step, steps: all } }) => `${key} ${step}/${all}`)

test('asks every question that applies, and counts them as the answers are so far', async () => {
  const { questions, asked } = scripted(['pasta', 'pesto', 'water'])
  expect(await askInSequence('Order', questions, NOTHING)).toEqual({
    dish: 'pasta',
    sauce: 'pesto',
    drink: 'water',
  })
  expect(steps(asked)).toEqual(['dish 1/2', 'sauce 2/3', 'drink 3/3'])
  expect(asked.map(({ place }) => place.canGoBack)).toEqual([false, true, true])
})

test('passes over a question without a choice', async () => {
  const { questions, asked } = scripted(['soup', 'water'])
  expect(await askInSequence('Order', questions, NOTHING)).toMatchObject({
    dish: 'soup',
    sauce: '',
  })
  expect(steps(asked)).toEqual(['dish 1/2', 'drink 2/2'])
})

test('goes back to the question before with the answers that were given', async () => {
  const { questions, asked } = scripted(['pasta', 'pesto', 'back', 'back', 'soup', 'water'])
  expect(await askInSequence('Order', questions, NOTHING)).toEqual({
    dish: 'soup',
    sauce: 'pesto',
    drink: 'water',
  })
  expect(steps(asked)).toEqual([
    'dish 1/2',
    'sauce 2/3',
    'drink 3/3',
    'sauce 2/3',
    'dish 1/3',
    'drink 2/2',
  ])
  expect(asked[4]?.answers).toMatchObject({ dish: 'pasta', sauce: 'pesto' })
})

test('a question that is cancelled ends all', async () => {
  const { questions, asked } = scripted(['pasta', 'cancelled'])
  expect(await askInSequence('Order', questions, NOTHING)).toBeUndefined()
  expect(asked).toHaveLength(2)
})
