// Which fields of a row a prompt is made of.
import { describe, expect, it } from 'vitest'
import {
  expandRow,
  possiblePrompts,
  type PromptSource,
  rowToPrompt,
} from '../../../src/core/rows/prompts'
import type { Message } from '../../../src/shared/domain'

const user = (content: string): Message => ({ role: 'user', content })
const assistant = (content: string): Message => ({ role: 'assistant', content })

function read(row: unknown): { messages: Message[]; source: PromptSource } {
  const result = rowToPrompt(row, {})
  if ('why' in result) throw new Error(result.why)
  return { messages: result.prompt.messages, source: result.source }
}

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
      'a short input that occurs in another word of the prompt',
      { instruction: 'Is it a vowel?', input: 'a' },
      [user('Is it a vowel?\n\na')],
      ['input'],
    ],
    [
      'a long input that the prompt contains',
      { prompt: 'Sum up “it rains all day long” now', input: 'it rains all day long' },
      [user('Sum up “it rains all day long” now')],
      ['input'],
    ],
    [
      'a place for the input',
      { instruction: 'Translate {{input}} now, by {context}.', input: 'Hund', context: 'zoo' },
      [user('Translate Hund now, by zoo.')],
      ['input', 'context'],
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
    expect(read(row)).toMatchObject({ messages, source: { joined } })
  })

  it('lists what is not read', () => {
    expect(
      read({ id: 1, question: 'Hi', choices: ['a'], tools: [{}], note: null, answer: 'x' }).source,
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
    expect(expandRow(row).map((one) => read(one).messages[0]?.content)).toEqual([
      'Translate.\n\neins',
      'Translate.\n\nzwei',
    ])
    expect(expandRow('Hi')).toEqual(['Hi'])
  })

  it('offers fields that describe a row where there are no others', () => {
    expect(possiblePrompts({ source: 'a', target: 'b' })).toEqual(['source'])
    expect(possiblePrompts({ source: 'a', goal: 'b' })).toEqual(['goal'])
  })

  it('offers the elements of a list in a cell', () => {
    expect(possiblePrompts({ turns: '["a", "b"]' })).toEqual(['turns.0'])
    expect(possiblePrompts({ meta: "{'ask': 'a'}" })).toEqual(['meta', 'meta.ask'])
  })

  it('an empty system message is none', () => {
    expect(read({ prompt: 'a', system: '' }).source.system).toBeNull()
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
