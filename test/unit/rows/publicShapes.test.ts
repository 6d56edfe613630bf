// Rows as data sets of preferences are published with them: which prompt and responses they hold.
import { expect, it } from 'vitest'
import { expandRow, rowToPrompt } from '../../../src/core/rows/prompts'
import { rowToResponses } from '../../../src/core/rows/responses'

const user = (content: string): object => ({ role: 'user', content })
const assistant = (content: string): object => ({ role: 'assistant', content })
const A_IS_BETTER = [
  { text: 'a', score: 1 },
  { text: 'b', score: 0 },
]

/** A message of OpenAssistant. */
const message = (
  role: string,
  text: string,
  rank: number | null,
  ...replies: object[]
): object => ({
  message_id: text,
  role,
  text,
  rank,
  deleted: false,
  replies,
})

function read(row: unknown): { field: unknown; prompt: unknown; responses: unknown }[] {
  return expandRow(row).map((one) => {
    const prompt = rowToPrompt(one, {})
    const responses = rowToResponses(one)
    if ('why' in prompt) throw new Error(prompt.why)
    return {
      field: prompt.source.prompt,
      prompt: prompt.prompt.messages.map(({ content }) => content),
      responses: 'why' in responses ? responses.why : responses.responses,
    }
  })
}

it.each<[name: string, row: object, field: string, prompt: string[], responses: object[]]>([
  [
    'HelpSteer3',
    {
      domain: 'general',
      context: [user('Hi'), assistant('Hello.'), user('And?')],
      response1: 'a',
      response2: 'b',
      overall_preference: -2,
      individual_preference: [{ score: -2, reasoning: 'r' }],
    },
    'context',
    ['Hi', 'Hello.', 'And?'],
    A_IS_BETTER,
  ],
  [
    'HelpSteer3, a context of one string',
    { context: 'Hi', response1: 'a', response2: 'b', overall_preference: 3 },
    'context',
    ['Hi'],
    [
      { text: 'a', score: 0 },
      { text: 'b', score: 1 },
    ],
  ],
  [
    'HelpSteer3, edits',
    {
      context: [user('Hi')],
      original_response: 'o',
      good_edited_response: 'a',
      bad_edited_response: 'b',
    },
    'context',
    ['Hi'],
    A_IS_BETTER,
  ],
  [
    'a pair beside a context',
    { context: 'Hi', chosen: 'a', rejected: 'b' },
    'context',
    ['Hi'],
    A_IS_BETTER,
  ],
  [
    'a pair of conversations beside a context',
    {
      context: 'a passage',
      chosen: '\n\nHuman: Hi\n\nAssistant: a',
      rejected: '\n\nHuman: Hi\n\nAssistant: b',
    },
    'chosen',
    ['Hi'],
    A_IS_BETTER,
  ],
  [
    'WebGPT',
    {
      question: { dataset: 'eli5', id: '7', full_text: 'Hi' },
      quotes_0: { title: ['t'], extract: ['e'] },
      answer_0: 'a',
      tokens_0: { prefix: [1] },
      score_0: 0.5,
      answer_1: 'b',
      score_1: -0.5,
    },
    'question.full_text',
    ['Hi'],
    [
      { text: 'a', score: 0.5 },
      { text: 'b', score: -0.5 },
    ],
  ],
  [
    'UltraInteract',
    { task: 'Coding', trajectory: [{ from: 'user', value: 'Hi' }], chosen: 'a', rejected: 'b' },
    'trajectory',
    ['Hi'],
    A_IS_BETTER,
  ],
  [
    'all responses of a model with the scores of a reward model',
    {
      prompt: 'Hi',
      all_generated_responses: ['a', 'b', 'c'],
      all_rm_scores: [0.9, 0.1, 0.5],
      chosen: [user('Hi'), assistant('a')],
      rejected: [user('Hi'), assistant('b')],
    },
    'prompt',
    ['Hi'],
    [
      { text: 'a', score: 0.9 },
      { text: 'b', score: 0.1 },
      { text: 'c', score: 0.5 },
    ],
  ],
  [
    'Stack Exchange in pairs',
    { qid: 1, question: 'Hi', response_j: 'a', response_k: 'b' },
    'question',
    ['Hi'],
    A_IS_BETTER,
  ],
  [
    'an accepted response',
    { input: 'Hi', accepted: 'a', rejected: 'b' },
    'input',
    ['Hi'],
    A_IS_BETTER,
  ],
  [
    'flags, which are no responses',
    { prompt: 'Hi', response: 'a', accepted: true, rejected: false },
    'prompt',
    ['Hi'],
    [{ text: 'a' }],
  ],
  [
    'PRISM',
    { user_prompt: 'Hi', model_response: 'a', model_name: 'm', score: 80, if_chosen: true },
    'user_prompt',
    ['Hi'],
    [{ text: 'a', model: 'm', score: 80 }],
  ],
  [
    'Gemini’s preferences',
    {
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      completions: [
        { score: 1, completion: { role: 'model', parts: [{ text: 'a' }] } },
        { score: 0, completion: { role: 'model', parts: [{ text: 'b' }] } },
      ],
    },
    'contents',
    ['Hi'],
    A_IS_BETTER,
  ],
  [
    'responses with parts of text, and thoughts among them',
    {
      prompt: 'Hi',
      chosen: { role: 'assistant', content: [{ type: 'text', text: 'a' }] },
      rejected: [
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.' },
            { type: 'text', text: 'b' },
          ],
        },
      ],
    },
    'prompt',
    ['Hi'],
    A_IS_BETTER,
  ],
  [
    'Capybara, turns of input and output',
    {
      conversation: [
        { input: 'Hi', output: 'Hello.' },
        { input: 'And?', output: 'a' },
      ],
    },
    'conversation',
    ['Hi', 'Hello.', 'And?'],
    [{ text: 'a' }],
  ],
])('%s', (_, row, field, prompt, responses) => {
  expect(read(row)).toEqual([{ field, prompt, responses }])
})

it('Potato: what was shown is the prompt; it holds no responses', () => {
  const row = { id: '7', displayed_text: 'Hi', label_annotations: { quality: { good: 'true' } } }
  expect(read(row)).toEqual([
    {
      field: 'displayed_text',
      prompt: ['Hi'],
      responses: expect.stringContaining('no field holds responses') as string,
    },
  ])
})

it('trees of OpenAssistant: each message of a user with its ranked replies', () => {
  const tree = message(
    'prompter',
    'Hi',
    null,
    message('assistant', 'worse', 1),
    message(
      'assistant',
      'better',
      0,
      message('prompter', 'And?', null, message('assistant', 'a', 0)),
      message('prompter', 'Not answered', null),
    ),
    { ...message('assistant', 'deleted', 2), deleted: true },
  )
  expect(read({ message_tree_id: 'Hi', tree_state: 'ready_for_export', prompt: tree })).toEqual([
    {
      field: 'prompt',
      prompt: ['Hi'],
      responses: [
        { text: 'worse', score: -1 },
        { text: 'better', score: 0 },
      ],
    },
    { field: 'prompt', prompt: ['Hi', 'better', 'And?'], responses: [{ text: 'a', score: 0 }] },
  ])
})

it('a tree without replies is its prompt alone', () => {
  expect(read({ prompt: message('prompter', 'Hi', null) })).toEqual([
    { field: 'prompt', prompt: ['Hi'], responses: [] },
  ])
})

it('a tree may be deeper than calls can nest', () => {
  let tree = message('assistant', 'a', 0)
  for (let depth = 1; depth <= 2_000; depth++)
    tree = message(depth % 2 === 1 ? 'prompter' : 'assistant', String(depth), 0, tree)
  expect(expandRow({ prompt: message('prompter', 'Hi', null, tree) })).toHaveLength(1_001)
})
