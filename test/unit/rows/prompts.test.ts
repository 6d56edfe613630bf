// Rows of the shapes that public data sets have, to prompts.
import { describe, expect, it } from 'vitest'
import { promptId } from '../../../src/core/formats/ids'
import { type PromptFields, rowToPrompt } from '../../../src/core/rows/prompts'
import type { Message } from '../../../src/shared/domain'

const user = (content: string): Message => ({ role: 'user', content })
const system = (content: string): Message => ({ role: 'system', content })
const assistant = (content: string): Message => ({ role: 'assistant', content })

function read(row: unknown, fields: PromptFields = {}): Message[] {
  const result = rowToPrompt(row, fields)
  if ('why' in result) throw new Error(result.why)
  expect(result.prompt.id).toBe(promptId(result.prompt.messages))
  return result.prompt.messages
}
describe('rowToPrompt', () => {
  it.each<[name: string, row: unknown, messages: Message[]]>([
    ['plain text', 'Hi', [user('Hi')]],
    ['field prompt before any other', { text: 'no', question: 'no', prompt: 'Hi' }, [user('Hi')]],
    ['the case of a name does not matter', { Id: 1, Question: 'Hi' }, [user('Hi')]],
    ['a single field of any name', { utterance: 'Hi' }, [user('Hi')]],
    [
      'system prompt beside',
      { system: 'Be brief.', prompt: 'Hi' },
      [system('Be brief.'), user('Hi')],
    ],
    ['a name in other words', { 'System Prompt': 'S', Prompt: 'Hi' }, [system('S'), user('Hi')]],
    ['empty system prompt', { system: null, prompt: 'Hi' }, [user('Hi')]],
    [
      'parts of Gemini',
      { contents: [{ role: 'user', parts: [{ text: 'H' }, { text: 'i' }] }] },
      [user('Hi')],
    ],
    ['an author', { messages: [{ author: 'user', content: 'Hi' }] }, [user('Hi')]],
    ['messages before rendered text', { text: '<|user|>Hi', messages: [user('Hi')] }, [user('Hi')]],
    [
      'TRL prompt as messages',
      { prompt: [system('S'), user('Hi')], chosen: [], rejected: [] },
      [system('S'), user('Hi')],
    ],
    [
      'the system message of the conversation stands',
      { system: 'other', messages: [system('S'), user('Hi')] },
      [system('S'), user('Hi')],
    ],
    [
      'a trailing answer is dropped',
      { messages: [user('Hi'), assistant('Hello'), user('Go on'), assistant('…')] },
      [user('Hi'), assistant('Hello'), user('Go on')],
    ],
    [
      'ShareGPT',
      {
        conversations: [
          { from: 'system', value: 'S' },
          { from: 'human', value: 'Hi' },
          { from: 'gpt', value: 'Hello' },
        ],
      },
      [system('S'), user('Hi')],
    ],
    [
      'OpenAI text parts',
      {
        messages: [
          { role: 'developer', content: 'S' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'H' },
              { type: 'text', value: 'i' },
            ],
          },
        ],
      },
      [system('S'), user('Hi')],
    ],
    ['a list of messages as the row', [user('Hi'), assistant('Hello')], [user('Hi')]],
    ['one message', { prompt: user('Hi') }, [user('Hi')]],
    ['a list of one text', { prompt: ['Hi'] }, [user('Hi')]],
    ['a list of one text in a cell', { prompt: '["Hi"]' }, [user('Hi')]],
    ['messages with a speaker', { dialog: [{ speaker: 'User', text: 'Hi' }] }, [user('Hi')]],
    [
      'turns of user and assistant',
      { conversation: [{ human: 'Hi', assistant: 'Hello' }, { human: 'And?' }] },
      [user('Hi'), assistant('Hello'), user('And?')],
    ],
    [
      'conversations to compare',
      { conversation_a: [user('Hi'), assistant('a')], conversation_b: [] },
      [user('Hi')],
    ],
    ['the first field that holds something', { prompt: null, question: 'Hi' }, [user('Hi')]],
    [
      'messages as JSON in a table',
      { messages: '[{"role": "user", "content": "Hi"}]' },
      [user('Hi')],
    ],
    [
      'messages as Python writes them',
      {
        messages:
          "[{'role': 'user', 'content': \"What's up?\\n\"}, {'role': 'assistant', 'content': None}]",
      },
      [user("What's up?\n")],
    ],
    [
      'messages as NumPy writes them',
      {
        messages: "[{'content': 'Hi', 'role': 'user'}\n {'content': 'Hello', 'role': 'assistant'}]",
      },
      [user('Hi')],
    ],
    ['a text that merely begins like JSON', { prompt: '[{"role"' }, [user('[{"role"')]],
    ['a list in a text that holds no messages', { prompt: '[1, 2]' }, [user('[1, 2]')]],
    ['text is kept as it is', { prompt: '  Hi \n' }, [user('  Hi \n')]],
  ])('%s', (_, row, messages) => {
    expect(read(row)).toEqual(messages)
  })

  it('reads the fields that are named, also by dotted paths', () => {
    expect(
      read({ prompt: 'no', task: 'Hi', persona: 'S' }, { prompt: 'task', system: 'persona' }),
    ).toEqual([system('S'), user('Hi')])
    expect(read({ meta: { ask: 'Hi' } }, { prompt: 'meta.ask' })).toEqual([user('Hi')])
    expect(read({ turns: ['Hi', 'Go on'] }, { prompt: 'turns.0' })).toEqual([user('Hi')])
    expect(read({ 'a.b': 'Hi', a: { b: 'no' } }, { prompt: 'a.b' })).toEqual([user('Hi')])
    expect(read({ Goal: 'Hi' }, { prompt: 'goal' })).toEqual([user('Hi')])
    expect(read({ turns: '["Hi", "Go on"]' }, { prompt: 'turns.0' })).toEqual([user('Hi')])
  })

  it('does not change the row', () => {
    const row = {
      instruction: 'Translate.',
      input: 'Guten Tag',
      messages: [user('Hi'), assistant('Hello')],
      history: [['a', 'b']],
    }
    const before = structuredClone(row)
    read(row)
    read(row, { prompt: 'messages' })
    expect(row).toEqual(before)
  })

  it.each<[name: string, row: unknown, fields: PromptFields, fault: string, why: string]>([
    [
      'no known field',
      { topic: 'a', size: 'b' },
      {},
      'unnamed',
      'no field has a name that is known for prompts',
    ],
    ['responses alone', { chosen: 'a', rejected: 'b' }, {}, 'unnamed', 'no field has a name'],
    ['one response alone', { response: 'a' }, {}, 'unnamed', 'no field has a name'],
    ['a named field that is missing', { prompt: 'a' }, { prompt: 'x' }, 'empty', 'no field “x”'],
    ['a missing system field', { prompt: 'a' }, { system: 'x' }, 'noSystem', 'no field “x”'],
    ['an inherited name', { prompt: 'a' }, { prompt: 'constructor' }, 'empty', 'no field'],
    ['null', { prompt: null }, {}, 'empty', 'prompt is null'],
    ['an empty prompt', { prompt: ' \n' }, {}, 'empty', 'prompt is empty'],
    ['nothing but an answer', { messages: [assistant('a')] }, {}, 'empty', 'no message of a user'],
    ['no messages', { messages: [] }, {}, 'empty', 'messages is empty'],
    ['a number', { prompt: 7 }, {}, 'broken', 'prompt is the number 7'],
    ['a row that is a number', 7, {}, 'broken', 'the row is the number 7'],
    [
      'several texts',
      { turns: ['a', 'b'] },
      {},
      'broken',
      'turns is a list of 2 strings, not a conversation; name one of them, such as turns.0',
    ],
    [
      'several texts in a cell',
      { prompt: '["a", "b"]' },
      {},
      'broken',
      'prompt is a list of 2 strings, not a conversation; name one of them, such as prompt.0',
    ],
    [
      'a cell that was cut off',
      { messages: "[{'role': 'user', 'content': 'a lon" },
      {},
      'broken',
      'messages begins like a list of messages and cannot be read as one; it may be cut off',
    ],
    [
      'a cell that is nested too deep',
      { messages: '['.repeat(5000) + ']'.repeat(5000) },
      {},
      'broken',
      'messages begins like a list of messages and cannot be read as one',
    ],
    [
      'no known field, by the names that are there',
      { goal: 'a', target: 'b' },
      {},
      'unnamed',
      'the fields are goal, target',
    ],
    [
      'an unknown role',
      { messages: [user('a'), { role: 'tool', content: 'a' }] },
      {},
      'broken',
      'messages[1]: the role is "tool"',
    ],
    [
      'an unknown role in a cell',
      { messages: '[{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}]' },
      {},
      'broken',
      'messages[1]: the role is "tool"',
    ],
    [
      'a picture',
      { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
      {},
      'broken',
      'messages[0]: content[0] is of type "image_url", not text',
    ],
    [
      'a system prompt that is no text',
      { prompt: 'a', system: 3 },
      {},
      'broken',
      'the system message in “system” is not a string',
    ],
  ])('refuses %s', (_, row, fields, fault, why) => {
    const result = rowToPrompt(row, fields)
    expect(result).toMatchObject({ fault, why: expect.stringContaining(why) as string })
  })
})

describe('a prompt beside conversations that were preferred', () => {
  const user = (content: string): object => ({ role: 'user', content })
  const assistant = (content: string): object => ({ role: 'assistant', content })
  const context = [{ role: 'system', content: 'S' }, user('Hi'), assistant('Hello')]
  const chosen = [...context, user('And?'), assistant('a')]
  const rejected = [...context, user('And?'), assistant('b')]

  it('has the turns before it, if it is their last one', () => {
    for (const row of [
      { prompt: 'And? ', chosen, rejected },
      { prompt: [user('And?')], chosen: JSON.stringify(chosen), rejected },
    ])
      expect(rowToPrompt(row, {})).toMatchObject({
        prompt: { messages: [...context, { role: 'user' }] },
        source: { prompt: 'prompt', joined: ['chosen'], notRead: ['rejected'] },
      })
  })

  it.each<[what: string, row: Record<string, unknown>]>([
    ['is another text', { prompt: 'Something else', chosen, rejected }],
    ['is all there is', { prompt: 'Hi', chosen: [user('Hi'), assistant('a')], rejected: [] }],
    ['is beside several texts', { prompt: 'Hi', chosen: ['a', 'b', 'c'], rejected: ['d'] }],
    ['is beside texts', { prompt: 'Hi', chosen: 'a', rejected: 'b' }],
  ])('stays alone if it %s', (_, row) => {
    expect(rowToPrompt(row, {})).toMatchObject({
      prompt: { messages: [{ content: row['prompt'] }] },
      source: { joined: [] },
    })
  })
})
