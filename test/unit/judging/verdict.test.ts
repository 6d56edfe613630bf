// What judges write, and what is read from it.
import { expect, it } from 'vitest'
import { verdictIn } from '../../../src/core/judging/verdict'

it.each([
  ['{"verdict": "A"}', 'first'],
  ['```json\n{"verdict": "tie"}\n```', 'tie'],
  ['Both name a colour. {"reason": "A is short", "winner": "B"}', 'second'],
  ['A', 'first'],
  ['b', 'second'],
  ['**B**.', 'second'],
  ['Response A', 'first'],
  ['(B)', 'second'],
  ['Tie', 'tie'],
  ['Neither', 'tie'],
  ['Response B answers a question nobody asked.\n\nVerdict: A', 'first'],
  ['Assistant A is wrong, so [[B]]', 'second'],
  ['The answer is \\boxed{A}', 'first'],
  ['Overall, Response B is clearly better because A repeats the question.', 'second'],
  ['The better response is **A**', 'first'],
  ['I would say A\nB', 'second'],
] as const)('%j says %s', (text, verdict) => {
  expect(verdictIn(text)).toBe(verdict)
})

it.each(['', 'A good question deserves a good answer.', 'I cannot decide', '{"verdict": "C"}'])(
  '%j names no verdict',
  (text) => {
    expect(verdictIn(text)).toBeNull()
  },
)
