// Rows of the shapes that public data sets have, to prompts.
import { describe, expect, it } from 'vitest'
import { promptId } from '../../../src/core/formats/ids'
import { detectFields, type PromptFields, rowToPrompt } from '../../../src/core/formats/prompts'
import type { Message } from '../../../src/shared/domain'
import { FailureError } from '../../../src/shared/errors'

const PLACE = { where: 'prompts.jsonl', line: 7 }
const read = (row: unknown, fields: PromptFields = {}): Message[] =>
  rowToPrompt(row, fields, PLACE).messages
const user = (content: string): Message => ({ role: 'user', content })
const system = (content: string): Message => ({ role: 'system', content })
const assistant = (content: string): Message => ({ role: 'assistant', content })

describe('rowToPrompt', () => {
  it.each<[name: string, row: unknown, messages: Message[]]>([
    ['plain text', 'Hi', [user('Hi')]],
    ['field prompt before any other', { text: 'no', question: 'no', prompt: 'Hi' }, [user('Hi')]],
    ['the case of a name does not matter', { Id: 1, Question: 'Hi' }, [user('Hi')]],
    ['a single field of any name', { utterance: 'Hi' }, [user('Hi')]],
    [
      'Alpaca: instruction with input',
      { instruction: 'Translate.', input: 'Guten Tag', output: 'Good day' },
      [user('Translate.\n\nGuten Tag')],
    ],
    [
      'Alpaca: instruction with empty input',
      { instruction: 'Sing.', input: '', output: '…' },
      [user('Sing.')],
    ],
    [
      'system prompt beside',
      { system: 'Be brief.', prompt: 'Hi' },
      [system('Be brief.'), user('Hi')],
    ],
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
              { type: 'text', text: 'i' },
            ],
          },
        ],
      },
      [system('S'), user('Hi')],
    ],
    ['a list of messages as the row', [user('Hi'), assistant('Hello')], [user('Hi')]],
    [
      'messages as JSON in a table',
      { messages: '[{"role": "user", "content": "Hi"}]' },
      [user('Hi')],
    ],
    ['a text that merely begins like JSON', { prompt: '[{"role"' }, [user('[{"role"')]],
    ['text is kept as it is', { prompt: '  Hi \n' }, [user('  Hi \n')]],
  ])('%s', (_, row, messages) => {
    expect(rowToPrompt(row, {}, PLACE)).toEqual({ id: promptId(messages), messages })
  })

  it('reads the fields that are named', () => {
    expect(
      read({ prompt: 'no', task: 'Hi', persona: 'S' }, { prompt: 'task', system: 'persona' }),
    ).toEqual([system('S'), user('Hi')])
  })

  it('does not change the row', () => {
    const row = {
      instruction: 'Translate.',
      input: 'Guten Tag',
      messages: [user('Hi'), assistant('Hello')],
    }
    const before = structuredClone(row)
    read(row)
    read(row, { prompt: 'messages' })
    expect(row).toEqual(before)
  })

  it.each<[name: string, row: unknown, fields: PromptFields, message: string]>([
    [
      'no known field',
      { chosen: 'a', rejected: 'b' },
      {},
      'prompts.jsonl:7: No field of this row is known to hold a prompt. Set fields.prompt to one of: chosen, rejected.',
    ],
    [
      'a named field that is missing',
      { prompt: 'a', id: 1 },
      { prompt: 'task' },
      'prompts.jsonl:7: This row has no field “task”; it has: prompt, id.',
    ],
    [
      'a missing system field',
      { prompt: 'a' },
      { system: 'persona' },
      'prompts.jsonl:7: This row has no field “persona”; it has: prompt.',
    ],
    [
      'an inherited name',
      { prompt: 'a' },
      { prompt: 'constructor' },
      'prompts.jsonl:7: This row has no field “constructor”',
    ],
    [
      'a number',
      { prompt: 7 },
      {},
      'prompts.jsonl:7: “prompt” is neither a text nor a list of messages.',
    ],
    [
      'null',
      { prompt: null },
      {},
      'prompts.jsonl:7: “prompt” is neither a text nor a list of messages.',
    ],
    [
      'a row that is a number',
      7,
      {},
      'prompts.jsonl:7: “row” is neither a text nor a list of messages.',
    ],
    ['an empty prompt', { prompt: ' \n' }, {}, 'prompts.jsonl:7: The prompt is empty.'],
    [
      'nothing but an answer',
      { messages: [assistant('a')] },
      {},
      'prompts.jsonl:7: This conversation has no message of a user to answer.',
    ],
    [
      'no messages',
      { messages: [] },
      {},
      'prompts.jsonl:7: This conversation has no message of a user to answer.',
    ],
    [
      'an unknown role',
      { messages: [{ role: 'tool', content: 'a' }] },
      {},
      'prompts.jsonl:7: “messages” holds a message that is not {role, content}',
    ],
    [
      'a picture',
      { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
      {},
      'prompts.jsonl:7: “messages” holds a message that is not {role, content}',
    ],
    [
      'a system prompt that is no text',
      { prompt: 'a', system: 3 },
      {},
      'prompts.jsonl:7: The system prompt in “system” is not a text.',
    ],
  ])('refuses %s', (_, row, fields, message) => {
    expect(() => read(row, fields)).toThrow(FailureError)
    expect(() => read(row, fields)).toThrow(message)
  })
})

describe('detectFields', () => {
  it('finds prompt and system by name', () => {
    expect(detectFields(['id', 'SYSTEM', 'instruction', 'text'])).toEqual({
      prompt: 'instruction',
      system: 'SYSTEM',
    })
    expect(detectFields(['chosen', 'rejected'])).toEqual({})
    expect(detectFields(['utterance'])).toEqual({ prompt: 'utterance' })
  })
})
