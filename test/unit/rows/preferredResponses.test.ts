// Rows that say which of their responses is preferred, as data sets and tools of annotation do.
import { expect, it } from 'vitest'
import { rowToResponses } from '../../../src/core/rows/responses'

const prompt = 'Hi'
const user = { role: 'user', content: 'Hi' }
const assistant = (content: string): object => ({ role: 'assistant', content })

it.each<[shape: string, row: object, responses: object[]]>([
  [
    'OpenAI’s preferences',
    {
      input: { messages: [user], tools: [] },
      preferred_output: [assistant('a')],
      non_preferred_output: [assistant('b')],
    },
    [
      { text: 'a', score: 1 },
      { text: 'b', score: 0 },
    ],
  ],
  [
    'a conversation with a rejected response',
    { messages: [user, assistant('a')], rejected_response: 'b' },
    [
      { text: 'a', score: 1 },
      { text: 'b', score: 0 },
    ],
  ],
  [
    'KTO, a response with a verdict',
    { prompt, completion: [assistant('a')], label: false },
    [{ text: 'a', score: 0 }],
  ],
  ['KTO of a table', { prompt, completion: 'a', label: 'True' }, [{ text: 'a', score: 1 }]],
  [
    'KTO, a conversation',
    { conversations: [user, assistant('a')], kto_tag: true },
    [{ text: 'a', score: 1 }],
  ],
  [
    'a letter of numbered responses',
    { prompt, response_1: 'a', response_2: 'b', winner: 'Response B' },
    [
      { text: 'a', score: 0 },
      { text: 'b', score: 1 },
    ],
  ],
  [
    'neither of two',
    { prompt, response_a: 'a', response_b: 'b', preferred: 'neither' },
    [
      { text: 'a', score: 0 },
      { text: 'b', score: 0 },
    ],
  ],
  [
    'parts of an answer',
    {
      prompt,
      responses: [
        { content: [{ type: 'text', text: 'a' }] },
        [
          { type: 'thinking', thinking: 'Hm.' },
          { type: 'text', text: 'b' },
        ],
      ],
    },
    [{ text: 'a' }, { text: 'b' }],
  ],
  ['a class as a label', { prompt, completion: 'a', label: 1 }, [{ text: 'a' }]],
  [
    'Prodigy, options of which one was chosen',
    {
      text: prompt,
      options: [
        { id: 7, text: 'a' },
        { id: 9, text: 'b' },
      ],
      accept: [9],
      answer: 'accept',
    },
    [
      { text: 'a', score: 0 },
      { text: 'b', score: 1 },
    ],
  ],
  [
    'Prodigy, a row that was passed over',
    {
      text: prompt,
      options: [
        { id: 7, text: 'a' },
        { id: 9, text: 'b' },
      ],
      accept: [9],
      answer: 'ignore',
    },
    [{ text: 'a' }, { text: 'b' }],
  ],
  [
    'HelpSteer, a strength below 0 for the first',
    { prompt, response_1: 'a', response_2: 'b', preference_strength: -2 },
    [
      { text: 'a', score: 1 },
      { text: 'b', score: 0 },
    ],
  ],
  [
    'HelpSteer, a strength of 0 for neither',
    { context: [user], response1: 'a', response2: 'b', overall_preference: 0 },
    [
      { text: 'a', score: 0 },
      { text: 'b', score: 0 },
    ],
  ],
  [
    'HelpSteer, no strength',
    { prompt, response_1: 'a', response_2: 'b', preference_strength: null },
    [{ text: 'a' }, { text: 'b' }],
  ],
  ['HelpSteer, one response', { prompt, response: 'a', helpfulness: 3 }, [{ text: 'a', score: 3 }]],
  [
    'votes',
    {
      prompt,
      answers: [
        { text: 'a', votes: 3 },
        { text: 'b', pm_score: 7 },
      ],
    },
    [
      { text: 'a', score: 3 },
      { text: 'b', score: 7 },
    ],
  ],
  [
    'Label Studio, small export',
    { prompt, answer1: 'a', answer2: 'b', comparison: 'right' },
    [
      { text: 'a', score: 0 },
      { text: 'b', score: 1 },
    ],
  ],
  [
    'Argilla, the majority of its annotators',
    {
      prompt,
      response1: 'a',
      response2: 'b',
      'preference.responses': ['response1', 'response2', 'response1'],
    },
    [
      { text: 'a', score: 1 },
      { text: 'b', score: 0 },
    ],
  ],
  [
    'Argilla, annotators of two minds',
    {
      prompt,
      response1: 'a',
      response2: 'b',
      'preference.responses': ['response1', 'response2'],
    },
    [{ text: 'a' }, { text: 'b' }],
  ],
  [
    'a strength beside the name of the winner',
    { prompt, response_a: 'a', response_b: 'b', winner: 'Response A', preference_strength: 2 },
    [
      { text: 'a', score: 1 },
      { text: 'b', score: 0 },
    ],
  ],
  ...(
    [
      ['JudgeBench', 'label', 'A>B', [1, 0]],
      ['JudgeBench, the second', 'label', 'B>A', [0, 1]],
      ['Arena-Hard', 'label', 'A<<B', [0, 1]],
      ['Arena-Hard, a tie', 'label', 'A=B', [0, 0]],
    ] as const
  ).map(([name, field, value, [a, b]]): [string, object, object[]] => [
    name,
    { prompt, response_A: 'a', response_B: 'b', [field]: value },
    [
      { text: 'a', score: a },
      { text: 'b', score: b },
    ],
  ]),
  ...(
    [
      ['AlpacaEval, nearly the first', 1.0003, [1, 0]],
      ['AlpacaEval, nearly the second', 1.98, [0, 1]],
      ['AlpacaEval, a tie', 1.5, [0, 0]],
      ['AlpacaEval, a table', '2.0', [0, 1]],
      ['PPE, letters for responses with numbers', 'model_b', [0, 1]],
    ] as const
  ).map(([name, value, [a, b]]): [string, object, object[]] => [
    name,
    { prompt, output_1: 'a', output_2: 'b', preference: value },
    [
      { text: 'a', score: a },
      { text: 'b', score: b },
    ],
  ]),
  [
    'a number that names neither',
    { prompt, output_1: 'a', output_2: 'b', preference: 0.3 },
    [{ text: 'a' }, { text: 'b' }],
  ],
  [
    'a share where responses count from 0',
    { prompt, output_0: 'a', output_1: 'b', preference: 0.7 },
    [{ text: 'a' }, { text: 'b' }],
  ],
  [
    'a class as a label of a table, which may count from 0',
    { prompt, response_1: 'a', response_2: 'b', label: '1.0' },
    [{ text: 'a' }, { text: 'b' }],
  ],
  [
    'a class as a label, which may count from 0',
    { prompt, response_1: 'a', response_2: 'b', label: 1 },
    [{ text: 'a' }, { text: 'b' }],
  ],
  [
    'a class as a label of responses that count from 0',
    { prompt, response_0: 'a', response_1: 'b', label: 1 },
    [
      { text: 'a', score: 0 },
      { text: 'b', score: 1 },
    ],
  ],
  [
    'votes that are no number',
    { prompt, responses: ['a', { text: 'b', votes: { up: 1 } }], votes: [1, 2, 3] },
    [{ text: 'a' }, { text: 'b' }],
  ],
  ['a remark on helpfulness', { prompt, response: 'a', helpfulness: 'very' }, [{ text: 'a' }]],
  ['a response that was not rejected', { prompt, response: 'a', rejected: false }, [{ text: 'a' }]],
  ['a response without a rejected one', { prompt, response: 'a', rejected: '' }, [{ text: 'a' }]],
])('%s', (_, row, responses) => {
  expect(rowToResponses(row)).toMatchObject({ nulls: 0 })
  expect(rowToResponses(row)).toHaveProperty('responses', responses)
})
