// Messages to prompt tokens, and tokens to text, without changes.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AutoTokenizer } from '@huggingface/transformers'
import { describe, expect, it } from 'vitest'
import { Chat } from '../../src/engine/generation/chat'
import { temporaryFolder } from '../support/temporaryFolder'
import { SMOL, TINY } from './support/models'

describe('the text of tokens', () => {
  it.each([TINY, SMOL])('keeps all spaces: %s', async (folder) => {
    const tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true })
    const text = "x = 'my' ; ls . !\ndo not , I 'm"
    expect((await Chat.load(folder)).text(tokenizer.encode(text))).toBe(text)
  })
})

const HI = [{ role: 'user' as const, content: 'Hi' }]

/** The tiny model's tokenizer with these files, and these keys in its configuration. */
function chatOf(files: Record<string, string>, keys: object = {}): Promise<Chat> {
  const folder = temporaryFolder()
  const { chat_template: _, ...config } = JSON.parse(
    readFileSync(path.join(TINY, 'tokenizer_config.json'), 'utf8'),
  ) as Record<string, unknown>
  copyFileSync(path.join(TINY, 'tokenizer.json'), path.join(folder, 'tokenizer.json'))
  const all = { 'tokenizer_config.json': JSON.stringify({ ...config, ...keys }), ...files }
  for (const [file, content] of Object.entries(all)) writeFileSync(path.join(folder, file), content)
  return Chat.load(folder)
}

const chatWith = (template: string, inConfig?: string): Promise<Chat> =>
  chatOf(
    { 'chat_template.jinja': template },
    inConfig === undefined ? {} : { chat_template: inConfig },
  )

describe('a prompt', () => {
  /** The start of Llama 3.2's template, and of one that requires the date. */
  it.each([
    [
      '26 Jul 2024',
      '{{- bos_token }}{%- if not date_string is defined %}{%- if strftime_now is defined %}{%- set date_string = strftime_now("%d %b %Y") %}{%- endif %}{%- endif %}{{- "Today Date: " + date_string }}',
    ],
    ['26 July 2024', '{%- set today = strftime_now("%d %B %Y") -%}\n{{- "Today Date: " + today }}'],
  ])('does not depend on the date: %s', async (date, template) => {
    const chat = await chatWith(template)
    expect(chat.text(chat.promptTokens(HI))).toBe(`Today Date: ${date}`)
  })

  it('has the date in the form that the template asks for', async () => {
    const chat = await chatWith("{{ strftime_now('%Y-%m-%d') }} {{ messages[0].content }}")
    expect(chat.text(chat.promptTokens(HI))).toBe('2024-07-26 Hi')
  })

  it('keeps what a loop wrote before it went on', async () => {
    const chat = await chatWith(
      "{% for m in messages %}{{ m.role }};{% if m.role == 'system' %}{% continue %}{% endif %}{{ m.content }}{% endfor %}",
    )
    const messages = [{ role: 'system' as const, content: '' }, ...HI]
    expect(chat.text(chat.promptTokens(messages))).toBe('system;user;Hi')
  })

  it('has the same lines from a template with line ends of Windows', async () => {
    const template = '{% for m in messages %}\n<{{ m.role }}>\n{{ m.content }}\n{% endfor %}\n'
    const chat = await chatWith(template.replaceAll('\n', '\r\n'))
    expect(chat.text(chat.promptTokens(HI))).toBe('<user>\nHi\n')
  })

  it('has its text where the template takes content as parts alone', async () => {
    const chat = await chatWith(
      "{% for m in messages %}{% for part in m.content %}{% if part.type == 'text' %}{{ part.text }}{% endif %}{% endfor %}{% endfor %}",
    )
    expect(chat.text(chat.promptTokens(HI))).toBe('Hi')
  })

  it('is refused in the words of the template', async () => {
    const chat = await chatWith("{{ raise_exception('System role not supported') }}")
    expect(() => chat.promptTokens(HI)).toThrow(
      "The model's chat template refuses the prompt: System role not supported.",
    )
  })

  it('names a template that cannot be read', async () => {
    await expect(chatWith('{% for m in messages %}{{ m.content }}')).rejects.toMatchObject({
      failure: {
        code: 'bad-input',
        where: expect.stringContaining('chat_template.jinja') as string,
        message: expect.stringContaining("expected 'endfor' or 'else'") as string,
      },
    })
  })

  it('follows the template in its own file where the configuration has another, as in training', async () => {
    const chat = await chatWith('{{- "file " + messages[0].content }}', '{{- "config" }}')
    expect(chat.text(chat.promptTokens(HI))).toBe('file Hi')
  })

  it('follows the default of several templates, else an older file', async () => {
    const named = (name: string): object => ({
      chat_template: [
        { name, template: '{{ messages[0].content }} there' },
        { name: 'tool_use', template: 'tools' },
      ],
    })
    const chat = await chatOf({}, named('default'))
    expect(chat.text(chat.promptTokens(HI))).toBe('Hi there')
    await expect(chatOf({}, named('rag'))).rejects.toMatchObject({
      failure: {
        code: 'bad-input',
        message: 'The model has several chat templates and none is the default: rag, tool_use.',
      },
    })
    const older = { chat_template: '{{ messages[0].content }}!' }
    const fromJson = await chatOf({ 'chat_template.json': JSON.stringify(older) })
    expect(fromJson.text(fromJson.promptTokens(HI))).toBe('Hi!')
  })

  it('can have the special tokens of the model', async () => {
    const chat = await chatOf(
      {
        'chat_template.jinja':
          '[{{ bos_token }}][{{ image_token }}][{{ own_token }}][{{ x_token }}]',
      },
      {
        bos_token: { __type: 'AddedToken', content: 'b' },
        image_token: 'i',
        extra_special_tokens: { own_token: 'o' },
        add_bos_token: true,
        x_token: null,
      },
    )
    expect(chat.text(chat.promptTokens(HI))).toBe('[b][i][o][]')
  })

  it('is rendered with the options of the template', async () => {
    const chat = await chatWith(
      '{{- messages[0].content }}{%- if enable_thinking is defined and enable_thinking is false %}{{- " at once" }}{%- endif %}{{- level }}',
    )
    expect(chat.text(chat.promptTokens(HI))).toBe('Hi')
    expect(
      chat.text(
        chat.promptTokens(HI, { enable_thinking: false, level: 3, add_generation_prompt: false }),
      ),
    ).toBe('Hi at once3')
  })
})
