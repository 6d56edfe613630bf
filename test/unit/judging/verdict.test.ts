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
  ['B wins.', 'second'],
  ['The better response is B and it is short.', 'second'],
  ['The better response is A, and B is worse.', 'first'],
  ['Verdict: a tie.', 'tie'],
  ['A tie', 'tie'],
  ['A and B are equal.', 'tie'],
  // a part of the judgement is not all of it
  ['Neither is perfect, but B is better.', 'second'],
  ['Neither is better on accuracy, but A is better on style.', 'first'],
  ['Both are equally accurate, but A is clearer. Response A is better.', 'first'],
  ['A is better.\n\nConfidence: B', 'first'],
  // what is right in a question of several choices is not what is better
  ['The correct answer is B, and only Response A says so. Response A is better.', 'first'],
  ['The correct answer is A.', 'first'],
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
  'Verdict: A or B?',
  'Verdict: A and B both fail',
  'Both are equally good, but A is shorter',
  'Worse: A',
  'Not the better one: A',
  '{"A": 8, "B": 9}',
  'A: good. B: better.',
  'Response A: 8/10, Response B: 6/10',
])('%j names no verdict', (text) => {
  expect(verdictIn(text)).toBeNull()
})

it.each(['Verdict:  ', 'neither is ', 'both ', 'I prefer  ', '<|', '((', 'A is the '])(
  'reads a long answer of %j in a time that grows with its length',
  (part) => {
    expect(verdictIn(part.repeat(100_000))).toBeNull()
  },
)
