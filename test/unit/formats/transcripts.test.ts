// Conversations that a data set holds as one text.
import { describe, expect, it } from 'vitest'
import {
  type PromptFields,
  type PromptSource,
  rowToPrompt,
} from '../../../src/core/formats/prompts'
import type { Message } from '../../../src/shared/domain'

const user = (content: string): Message => ({ role: 'user', content })
const system = (content: string): Message => ({ role: 'system', content })
const assistant = (content: string): Message => ({ role: 'assistant', content })

function read(
  row: unknown,
  fields: PromptFields = {},
): { messages: Message[]; source: PromptSource } {
  const result = rowToPrompt(row, fields)
  if ('why' in result) throw new Error(result.why)
  return { messages: result.prompt.messages, source: result.source }
}

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
    ['### Human', '### Human: Hi### Assistant: Hello', [user('Hi')]],
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
    [
      'Vicuna',
      'A chat between two. USER: Hi ASSISTANT: Hello</s>',
      [system('A chat between two.'), user('Hi')],
    ],
  ])('%s is cut before its last answer', (format, text, messages) => {
    expect(read({ text }).messages).toEqual(messages)
    expect(read({ text }).source).toMatchObject({ transcript: format, isCut: true })
  })

  it('are the prompts of rows with chosen and rejected alone', () => {
    const rows = [
      { chosen: '\n\nHuman: Hi\n\nAssistant: good', rejected: '\n\nHuman: Hi\n\nAssistant: bad' },
      { chosen: [user('Hi'), assistant('good')], rejected: [user('Hi'), assistant('bad')] },
    ]
    for (const row of rows) expect(read(row).messages).toEqual([user('Hi')])
    expect(read(rows[0], { prompt: 'chosen' }).messages).toEqual([user('Hi')])
  })

  it.each([
    'What does "Human: Hi" mean?\n\nHuman: Hi',
    'Human: Hi',
    'Who said USER: something?',
    'Sum up this log. USER: Hi ASSISTANT: Hello. Be brief.',
    'Explain this file:\n\n### Instruction:\nx\n\n### Response:\ny',
    'Write a poem about an Assistant: short',
  ])('a text that is none: %j', (text) => {
    expect(read({ prompt: text }).messages).toEqual([user(text)])
  })
})
