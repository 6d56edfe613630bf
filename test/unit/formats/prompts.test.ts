// Rows of the shapes that public data sets have, to prompts.
import { describe, expect, it } from 'vitest'
import { promptId } from '../../../src/core/formats/ids'
import {
  expandRow,
  possiblePrompts,
  type PromptFields,
  type PromptSource,
  rowToPrompt,
} from '../../../src/core/formats/prompts'
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
function sourceOf(row: unknown, fields: PromptFields = {}): PromptSource {
  const result = rowToPrompt(row, fields)
  if ('why' in result) throw new Error(result.why)
  return result.source
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
    ['a missing system field', { prompt: 'a' }, { system: 'x' }, 'empty', 'no field “x”'],
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
      'the system prompt in “system” is not a string',
    ],
  ])('refuses %s', (_, row, fields, fault, why) => {
    const result = rowToPrompt(row, fields)
    expect(result).toMatchObject({ fault, why: expect.stringContaining(why) as string })
  })
})

describe('fields that are part of a prompt', () => {
  it.each<[name: string, row: unknown, messages: Message[], joined: string[]]>([
    [
      'Alpaca',
      { instruction: 'Translate.', input: 'Guten Tag', output: 'Good day' },
      [user('Translate.\n\nGuten Tag')],
      ['input'],
    ],
    ['Alpaca without input', { instruction: 'Sing.', input: '', output: '…' }, [user('Sing.')], []],
    [
      'Alpaca in capitals',
      { Instruction: 'Translate.', Input: 'Guten Tag' },
      [user('Translate.\n\nGuten Tag')],
      ['Input'],
    ],
    [
      'Dolly',
      { instruction: 'Sum up.', context: 'It rains.', response: 'Rain.' },
      [user('Sum up.\n\nIt rains.')],
      ['context'],
    ],
    [
      'SQuAD',
      { context: 'It rains.', question: 'Does it?', answers: { text: ['yes'] } },
      [user('It rains.\n\nDoes it?')],
      ['context'],
    ],
    [
      'an input that the prompt contains',
      { prompt: 'Translate: Guten Tag', input: 'Guten Tag' },
      [user('Translate: Guten Tag')],
      ['input'],
    ],
    [
      'history as pairs',
      { instruction: 'And now?', input: '', history: [['Hi', 'Hello']] },
      [user('Hi'), assistant('Hello'), user('And now?')],
      ['history'],
    ],
    [
      'history as messages',
      { prompt: 'And now?', history: [user('Hi'), assistant('Hello')] },
      [user('Hi'), assistant('Hello'), user('And now?')],
      ['history'],
    ],
    [
      'no input of Self-Instruct',
      { instruction: 'Sing.', input: '<noinput>' },
      [user('Sing.')],
      ['input'],
    ],
  ])('%s', (_, row, messages, joined) => {
    expect(read(row)).toEqual(messages)
    expect(sourceOf(row).joined).toEqual(joined)
  })

  it('lists what is not read', () => {
    expect(
      sourceOf({ id: 1, question: 'Hi', choices: ['a'], tools: [{}], note: null, answer: 'x' }),
    ).toMatchObject({ prompt: 'question', notRead: ['id', 'choices', 'tools', 'answer'] })
  })

  it('makes a prompt of each instance of Self-Instruct', () => {
    const row = {
      instruction: 'Translate.',
      instances: [
        { input: 'eins', output: 'one' },
        { input: 'zwei', output: 'two' },
      ],
    }
    expect(expandRow(row).map((one) => read(one)[0]?.content)).toEqual([
      'Translate.\n\neins',
      'Translate.\n\nzwei',
    ])
    expect(expandRow('Hi')).toEqual(['Hi'])
  })

  it('offers no field of responses', () => {
    const row = {
      id: 'x',
      goal: 'g',
      target: 't',
      chosen: 'c',
      response_a: 'r',
      outputs: ['a', 'b'],
      turns: ['a', 'b'],
      meta: { topic: 'm', score: 1, answer: 'a' },
      talk: [user('Hi')],
      n: 3,
    }
    expect(possiblePrompts(row)).toEqual(['goal', 'turns.0', 'meta.topic', 'talk'])
  })
})

describe('transcripts', () => {
  it.each<[format: string, text: string, messages: Message[]]>([
    ['Human/Assistant', '\n\nHuman: Hi\n\nAssistant: Hello', [user('Hi')]],
    ['Human/Assistant', '\n\nHuman: Hi\n\nAssistant:', [user('Hi')]],
    [
      'Human/Assistant',
      'Human: Hi\n\nAssistant: Hello\n\nHuman: Go on\n\nand on\n\nAssistant: …',
      [user('Hi'), assistant('Hello'), user('Go on\n\nand on')],
    ],
    ['### Human', '### Human: Hi ### Assistant: Hello', [user('Hi')]],
    [
      'Alpaca',
      'Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n### Instruction:\nTranslate.\n\n### Input:\neins\n\n### Response:\none',
      [user('Translate.\n\neins')],
    ],
    [
      'ChatML',
      '<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>',
      [system('S'), user('Hi')],
    ],
    [
      'Llama 2',
      '<s>[INST] <<SYS>>\nS\n<</SYS>>\n\nHi [/INST] Hello </s>',
      [system('S'), user('Hi')],
    ],
    [
      'Llama 3',
      '<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello<|eot_id|>',
      [user('Hi')],
    ],
    ['Gemma', '<start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\nHello', [user('Hi')]],
    ['Zephyr', '<|prompter|>Hi<|endoftext|><|assistant|>Hello<|endoftext|>', [user('Hi')]],
    ['Vicuna', 'A chat. USER: Hi ASSISTANT: Hello</s>', [system('A chat.'), user('Hi')]],
  ])('%s is cut before its last answer', (format, text, messages) => {
    expect(read({ text })).toEqual(messages)
    expect(sourceOf({ text })).toMatchObject({ transcript: format, isCut: true })
  })

  it('are the prompts of rows with chosen and rejected alone', () => {
    const rows = [
      { chosen: '\n\nHuman: Hi\n\nAssistant: good', rejected: '\n\nHuman: Hi\n\nAssistant: bad' },
      { chosen: [user('Hi'), assistant('good')], rejected: [user('Hi'), assistant('bad')] },
    ]
    for (const row of rows) expect(read(row)).toEqual([user('Hi')])
    expect(read(rows[0], { prompt: 'chosen' })).toEqual([user('Hi')])
  })

  it.each([
    'What does "Human: Hi" mean?\n\nHuman: Hi',
    'Human: Hi',
    'Who said USER: something?',
    'Write a poem about an Assistant: short',
  ])('a text that is none: %j', (text) => {
    expect(read({ prompt: text })).toEqual([user(text)])
  })
})
