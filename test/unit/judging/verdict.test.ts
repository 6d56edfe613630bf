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
  // what was to be JSON
  ["{'verdict': 'A'}", 'first'],
  ['{"verdict": "A", "reason": "it uses {braces} well"}', 'first'],
  ['{"verdict": "B"', 'second'],
  ['{"verdict": "A",}', 'first'],
  ['{"verdict": "assistant_b"}', 'second'],
  // marks around the word or its name
  ['**Verdict:** B', 'second'],
  ['### Verdict\n\n`B`', 'second'],
  ['<verdict>A</verdict>', 'first'],
  ['$\\boxed{\\text{B}}$', 'second'],
  ['[[A>>B]]', 'first'],
  ['A < B', 'second'],
  ['A = B', 'tie'],
  // other languages
  ['Urteil: A', 'first'],
  ['Beide sind kurz.\n判定：B', 'second'],
  // the reason behind it
  ['A\n\nBecause it is more complete.', 'first'],
  ['B - more complete', 'second'],
  ['A\n\nNo, B names two.\nVerdict: B', 'second'],
  // in words
  ['I prefer Response A.', 'first'],
  ['A is good, B is longer. I choose B.', 'second'],
  ['The better answer is clearly A.', 'first'],
  ['Neither A nor B is better.', 'tie'],
  ['It is a tie.', 'tie'],
  ['Both are equally good.', 'tie'],
  ['<think>A is better.</think>B', 'second'],
] as const)('%j says %s', (text, verdict) => {
  expect(verdictIn(text)).toBe(verdict)
})

it.each([
  '',
  'A good question deserves a good answer.',
  'I cannot decide',
  '{"verdict": "C"}',
  '{"verdict": "A|B"}',
  'A or B',
  'A: too short\nB: wrong',
  'B is not better than A',
  '<think>A is better',
])('%j names no verdict', (text) => {
  expect(verdictIn(text)).toBeNull()
})
