// Conversations that a data set holds as one text.
import { describe, expect, it } from 'vitest'
import { type PromptFields, type PromptSource, rowToPrompt } from '../../../src/core/rows/prompts'
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

/** More blanks than a search that takes the square of their number ends with in time. */
const BLANKS = ' '.repeat(100_000)

describe('transcripts', () => {
  it.each([
    `${BLANKS}Draw a picture.`,
    `Draw${BLANKS}a picture.`,
    `Draw a picture.\n${'\n'.repeat(100_000)}.`,
  ])('are not looked for without end in a text with many blanks (%#)', (text) => {
    expect(read({ prompt: text }).messages).toEqual([user(text)])
  })

  it('may have many blanks', () => {
    expect(
      read({ prompt: `[INST] Hi [/INST] a${BLANKS}b</s><s>${BLANKS}[INST] Go [/INST]` }),
    ).toMatchObject({ messages: [user('Hi'), assistant(`a${BLANKS}b`), user('Go')] })
    expect(read({ prompt: `${BLANKS}### Human: Hi${BLANKS}### Assistant: a` })).toMatchObject({
      messages: [user('Hi')],
    })
  })

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
      'HelpSteer',
      'Hi\n<extra_id_1>Assistant\nHello\n<extra_id_1>User\nAnd?\n<extra_id_1>Assistant\n…',
      [user('Hi'), assistant('Hello'), user('And?')],
    ],
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
    ['User/Assistant', 'User: Hi\nAssistant: Hello', [user('Hi')]],
    [
      'User/Assistant',
      'Human: Hi\nAssistant: Hello\nHuman: Go on\nAssistant:',
      [user('Hi'), assistant('Hello'), user('Go on')],
    ],
    ['human/bot', '<human>: Hi\n<bot>: Hello', [user('Hi')]],
    ['### Human', '### Question: Hi\n### Answer: Hello', [user('Hi')]],
    [
      'ChatML',
      '<|im_start|>user<|im_sep|>Hi<|im_end|><|im_start|>assistant<|im_sep|>Hello<|im_end|>',
      [user('Hi')],
    ],
    [
      'Llama 3',
      '<|header_start|>user<|header_end|>\n\nHi<|eot|><|header_start|>assistant<|header_end|>\n\nHello<|eot|>',
      [user('Hi')],
    ],
    ['Gemma', '<|turn>user\nHi<turn|>\n<|turn>model\nHello<turn|>', [user('Hi')]],
    [
      'DeepSeek',
      '<｜begin▁of▁sentence｜>S<｜User｜>Hi<｜Assistant｜>Hello<｜end▁of▁sentence｜>',
      [system('S'), user('Hi')],
    ],
    [
      'Granite',
      '<|start_of_role|>user<|end_of_role|>Hi<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>Hello',
      [user('Hi')],
    ],
    [
      'Cohere',
      '<|START_OF_TURN_TOKEN|><|USER_TOKEN|>Hi<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>Hello',
      [user('Hi')],
    ],
    [
      'gpt-oss',
      '<|start|>user<|message|>Hi<|end|><|start|>assistant<|channel|>analysis<|message|>x<|end|><|start|>assistant<|channel|>final<|message|>Hello<|return|>',
      [user('Hi')],
    ],
    [
      'OpenChat',
      'GPT4 Correct User: Hi<|end_of_turn|>GPT4 Correct Assistant: Hello<|end_of_turn|>',
      [user('Hi')],
    ],
    [
      'Llama 2',
      '<s>[SYSTEM_PROMPT]S[/SYSTEM_PROMPT][INST]Hi[/INST]Hello</s>',
      [system('S'), user('Hi')],
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
    'Sum up this chat.\n\nUser: hi\nAssistant: hello',
    'Question: What is it?\nAnswer: A lake.',
    'Who said USER: something?',
    'Sum up this log. USER: Hi ASSISTANT: Hello. Be brief.',
    'Explain this file:\n\n### Instruction:\nx\n\n### Response:\ny',
    'Write a poem about an Assistant: short',
  ])('a text that is none: %j', (text) => {
    expect(read({ prompt: text }).messages).toEqual([user(text)])
  })

  it.each([
    ['Question: What is it?\nAnswer: A lake.', 'Answer'],
    ['Q: 1 + 1?\nA: 2\nQ: 2 + 2?\nA:', 'A'],
    ['Question: What is it?\nAnswer:', null],
    ['What is an answer?\nA: a, b or c', null],
  ])('says that an answer may be in %j', (text, mark) => {
    expect(read({ text }).source.answerMark).toBe(mark)
  })
})
