// Rows of the shapes in which data sets keep responses.
import { describe, expect, it } from 'vitest'
import { conversionOf } from '../../../src/core/rows/conversion'
import type { ResponsesOfRow } from '../../../src/core/rows/responseList'
import { rowToResponses } from '../../../src/core/rows/responses'

const prompt = 'Hi'
const user = { role: 'user', content: 'Hi' }
const assistant = (content: string): object => ({ role: 'assistant', content })

function sound(row: unknown): Extract<ResponsesOfRow, { nulls: number }> {
  const found = rowToResponses(row)
  if ('why' in found) throw new Error(found.why)
  return found
}

describe('rowToResponses', () => {
  it.each<[shape: string, row: object, responses: object[]]>([
    [
      'texts and objects',
      { prompt, responses: ['a', { text: 'b', model: 'm', score: 0.5, rank: 1 }] },
      [{ text: 'a' }, { text: 'b', model: 'm', score: 0.5 }],
    ],
    [
      'UltraFeedback',
      { instruction: prompt, completions: [{ model: 'm', response: 'a', overall_score: 8 }] },
      [{ text: 'a', model: 'm', score: 8 }],
    ],
    [
      'distilabel',
      { instruction: prompt, generations: ['a', 'b'], ratings: [4, null], models: ['m', 'n'] },
      [
        { text: 'a', model: 'm', score: 4 },
        { text: 'b', model: 'n' },
      ],
    ],
    [
      'AlpacaEval, one response a row',
      { instruction: prompt, output: 'a', generator: 'm', dataset: 'd' },
      [{ text: 'a', model: 'm' }],
    ],
    [
      'pairs of texts',
      { prompt, chosen: 'a', rejected: 'b' },
      [
        { text: 'a', score: 1 },
        { text: 'b', score: 0 },
      ],
    ],
    [
      'pairs of conversations with scores',
      {
        chosen: [user, assistant('a')],
        rejected: [user, assistant('b')],
        score_chosen: 9,
        score_rejected: 8.5,
      },
      [
        { text: 'a', score: 9 },
        { text: 'b', score: 8.5 },
      ],
    ],
    [
      'pairs of transcripts',
      {
        chosen: '\n\nHuman: Hi\n\nAssistant: a',
        rejected: '\n\nHuman: Hi\n\nAssistant: b',
      },
      [
        { text: 'a', score: 1 },
        { text: 'b', score: 0 },
      ],
    ],
    [
      'responses side by side',
      { prompt, response_a: 'a', response_b: 'b', score_a: '3', model_b: 'm' },
      [
        { text: 'a', score: 3 },
        { text: 'b', model: 'm' },
      ],
    ],
    ['a list in a cell', { prompt, responses: '["a", "b"]' }, [{ text: 'a' }, { text: 'b' }]],
    [
      'a list in a cell as Python writes it',
      { prompt, responses: "['a', {'text': 'b', 'score': None}]" },
      [{ text: 'a' }, { text: 'b' }],
    ],
    [
      'the last answer of a conversation',
      { messages: [user, assistant('a')], score: 2n },
      [{ text: 'a', score: 2 }],
    ],
    [
      'messages as a response',
      { prompt, responses: [[user, assistant('a')], [assistant('b')]] },
      [{ text: 'a' }, { text: 'b' }],
    ],
    [
      'texts by model',
      { prompt, outputs: { m: 'a', n: 'b' } },
      [
        { text: 'a', model: 'm' },
        { text: 'b', model: 'n' },
      ],
    ],
    [
      'AlpacaFarm and LLMBar, with a preference',
      { prompt, output_1: 'a', output_2: 'b', preference: 2 },
      [
        { text: 'a', score: 0 },
        { text: 'b', score: 1 },
      ],
    ],
    [
      'an arena, with a winner',
      { prompt, response_a: 'a', response_b: 'b', winner: 'model_a', model_a: 'm' },
      [
        { text: 'a', model: 'm', score: 1 },
        { text: 'b', score: 0 },
      ],
    ],
    [
      'a tie',
      { prompt, response_0: 'a', response_1: 'b', winner: 'tie' },
      [
        { text: 'a', score: 0 },
        { text: 'b', score: 0 },
      ],
    ],
    [
      'a preference that names no response',
      { prompt, response1: 'a', response2: 'b', preference: -3 },
      [{ text: 'a' }, { text: 'b' }],
    ],
    [
      'ranks',
      {
        prompt,
        answers: [
          { answer: 'a', model: 'm', rank: 1 },
          { answer: 'b', rank: 2 },
        ],
      },
      [
        { text: 'a', model: 'm', score: -1 },
        { text: 'b', score: -2 },
      ],
    ],
    [
      'ranks beside',
      { prompt, responses: ['a', 'b'], ranks: [2, 1] },
      [
        { text: 'a', score: -2 },
        { text: 'b', score: -1 },
      ],
    ],
    [
      'several rejected texts',
      { prompt, chosen: 'a', rejected: ['b', 'c'] },
      [
        { text: 'a', score: 1 },
        { text: 'b', score: 0 },
        { text: 'c', score: 0 },
      ],
    ],
    [
      'flags of the winner',
      { prompt, response_a: 'a', response_b: 'b', winner_model_a: 0, winner_model_b: 1 },
      [
        { text: 'a', score: 0 },
        { text: 'b', score: 1 },
      ],
    ],
    [
      'a text where a list is usual',
      { prompt, responses: 'a', score: 2 },
      [{ text: 'a', score: 2 }],
    ],
    ['one object', { prompt, output: { text: 'a', model: 'm' } }, [{ text: 'a', model: 'm' }]],
    [
      'conversations side by side',
      { conversation_a: [user, assistant('a')], conversation_b: [user, assistant('b')] },
      [{ text: 'a' }, { text: 'b' }],
    ],
    [
      'a text that is a dialogue is kept as it is',
      { prompt, responses: ['User: a\n\nAssistant: b'] },
      [{ text: 'User: a\n\nAssistant: b' }],
    ],
    [
      'so is one of a pair with a prompt',
      { prompt, chosen: 'User: a\n\nAssistant: b', rejected: 'c' },
      [
        { text: 'User: a\n\nAssistant: b', score: 1 },
        { text: 'c', score: 0 },
      ],
    ],
    ['half of a surrogate pair', { prompt, responses: ['a\uD83D'] }, [{ text: 'a\uFFFD' }]],
  ])('%s', (_, row, responses) => {
    const { responses: read, nulls } = sound(row)
    expect([read, nulls]).toEqual([responses, 0])
  })

  it.each<[score: unknown, read: number | undefined]>([
    [8, 8],
    [8n, 8],
    ['8', 8],
    [' 7.5 ', 7.5],
    [true, 1],
    [NaN, undefined],
    [Infinity, undefined],
    [null, undefined],
    ['', undefined],
    ['N/A', undefined],
    ['nan', undefined],
  ])('a score of %s is %s', (score, read) => {
    const row = { prompt, responses: [{ text: 'a', score }] }
    expect(rowToResponses(row)).toEqual({
      responses: [{ text: 'a', ...(read === undefined ? {} : { score: read }) }],
      nulls: 0,
    })
  })

  it.each([
    [{ prompt, responses: ['a', null] }, [{ text: 'a' }]],
    [{ prompt, responses: [{ text: null }, 'a'] }, [{ text: 'a' }]],
    [{ prompt, responses: null }, []],
    [{ prompt, output: null }, []],
  ])('null responses are counted: %j', (row, responses) => {
    expect(rowToResponses(row)).toEqual({ responses, nulls: 1 })
  })

  it.each<[row: unknown, why: string]>([
    [{ prompt, responses: ['a', 7] }, 'responses[1] is the number 7'],
    [
      { prompt, responses: [{ text: 'a', score: 'high' }] },
      'responses[0].score is the string "high"',
    ],
    [
      { prompt, completions: [{ model: 'm' }] },
      'completions[0] is an object with model; none of them holds a string',
    ],
    [{ prompt, responses: { a: 1 } }, 'responses is an object with a, not a list'],
    [
      { prompt, generations: ['a', 'b'], ratings: [1] },
      'ratings has 1 elements, generations has 2',
    ],
    [{ prompt, words: 'a' }, 'no field holds responses'],
    ['Hi', 'the row is the string "Hi", not an object'],
  ])('says what is wrong with %j', (row, why) => {
    expect(rowToResponses(row)).toMatchObject({ why: expect.stringContaining(why) as string })
  })
})

it.each<[row: object, field: string | undefined]>([
  [{ prompt, chosen: 'a', rejected: 'b' }, 'chosen'],
  [{ prompt, response_a: 'a', response_b: 'b', winner: 'model_a' }, 'winner'],
  [{ prompt, response_a: 'a', response_b: 'b', winner_model_b: 1 }, 'winner_model_b'],
  [{ prompt, chosen: 'a', rejected: 'b', score_chosen: 3, score_rejected: 2 }, undefined],
  [{ prompt, response_a: 'a', response_b: 'b' }, undefined],
])('tells that scores were made: %j', (row, field) => {
  expect(sound(row).preferredBy).toBe(field)
})

it('tells which fields of responses are not read', () => {
  const row = { prompt, completions: [{ response: 'a', annotations: { x: 1 }, critique: '' }, 'b'] }
  expect(sound(row).notRead).toEqual(['completions[].annotations'])
  const numbered = { prompt, response_a: 'a', response_b: 'b' }
  expect(sound({ ...numbered, winner: 'see note' }).notRead).toEqual(['winner'])
  expect(sound({ ...numbered, winner: 0 }).notRead).toEqual(['winner'])
  expect(sound({ ...numbered, winner: null }).notRead).toBeUndefined()
  expect(sound({ ...numbered, score_a: 1, score_b: 2, winner: 'x' }).notRead).toBeUndefined()
})

describe('conversionOf', () => {
  it('offers a command that converts rows of another shape', () => {
    const row = { id: '7', question: 'Hi', good: 'a', bad: 'b', n: 1, source: 's' }
    expect(conversionOf(row, { kind: 'jsonLines' }, 'x.jsonl')).toBe(
      `convert the file: jq -c '{prompt: ."question", responses: [."good", ."bad"]}' x.jsonl > converted.jsonl`,
    )
    expect(conversionOf({ prompt, all: ['a'] }, { kind: 'json' }, 'x.json')).toBe(
      `convert the file: jq -c '.[] | {prompt: ."prompt", responses: ."all"}' x.json > converted.jsonl`,
    )
    expect(conversionOf({ good: 'a', bad: 'b' }, { kind: 'json' }, 'x.json')).toBeUndefined()
    expect(conversionOf({ prompt, id: '7' }, { kind: 'json' }, 'x.json')).toBeUndefined()
  })

  it('offers names for the columns of a table', () => {
    const table = { kind: 'table', delimiter: ',', header: true } as const
    expect(conversionOf({ prompt, m: 'a', n: 'b' }, table, 'x.csv')).toBe(
      'rename the columns of the responses: m → response_1, n → response_2',
    )
  })
})
