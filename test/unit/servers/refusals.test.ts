// Refusals of a server, as the user sees them.
import { describe, expect, it } from 'vitest'
import { isOverflowText } from '../../../src/engine/servers/refusal'
import { startFakeServer } from '../../support/servers/fakeServer'
import { server, useFakeServer } from './server'
import { chats, client, failureOf, sample, wanted } from './support'

useFakeServer()

describe('a refusal', () => {
  it('for a missing key says where to set it, and never repeats the key', async () => {
    server.abilities.key = 'sk-right'
    const { origin } = new URL(server.url)
    const without = await failureOf(sample(client(), server.url, { candidates: wanted(1) }))
    expect(without).toMatchObject({
      code: 'server-refused',
      message: 'The server requires an API key (401): Incorrect API key provided: none.',
      where: server.url,
      remedy: expect.stringContaining('AEPO_SERVER_KEY') as string,
    })
    const one = client({ keys: { [origin]: 'sk-wrong' } })
    const wrong = await failureOf(sample(one, server.url, { candidates: wanted(1) }))
    expect(wrong).toMatchObject({
      code: 'server-refused',
      message: 'The server does not accept the key (401): Incorrect API key provided: Bearer …',
    })
    expect(JSON.stringify([wrong, one.log])).not.toContain('sk-wrong')
    expect(
      await sample(client({ keys: { [origin]: 'sk-right' } }), server.url, {
        candidates: wanted(1),
      }),
    ).toHaveLength(1)
  })

  it('that repeats the key is reported without it', async () => {
    const { origin } = new URL(server.url)
    server.abilities.refuses = () => 'I do not like sk-secret at all'
    const failure = await failureOf(
      sample(client({ keys: { [origin]: 'sk-secret' } }), server.url, { candidates: wanted(1) }),
    )
    expect(failure).toMatchObject({
      code: 'server-refused',
      message: 'The server refuses the request (400): I do not like … at all.',
    })
  })

  it('of the model names the available ones', async () => {
    server.abilities.models = ['llama', 'qwen']
    expect(
      await failureOf(sample(client(), server.url, { candidates: wanted(1), model: 'gemma' })),
    ).toMatchObject({
      code: 'server-refused',
      message: 'The server has no model “gemma” (404): The model gemma does not exist.',
      remedy: 'It lists: llama, qwen. Name one of these in the curation file.',
    })
  })

  it.each([
    'Prompt too long. Prompt is 5000 tokens; truncation_length is 4096.',
    'Your request exceeded model token limit: 8192',
    'Prompt 超长',
    '输入长度超过限制',
    'Prompt exceeds max KV size',
    "Invalid 'messages[0].content': string too long.",
    'Prompt has 300000 tokens which is more than the allowed 256000',
  ])('in the words %j says that the prompt is too long', (words) => {
    expect(isOverflowText(words)).toBe(true)
  })

  it('of a prompt that is too long is a context overflow', async () => {
    server.abilities.refuses = () =>
      "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."
    expect(await failureOf(sample(client(), server.url, { candidates: wanted(2) }))).toMatchObject({
      code: 'context-overflow',
      where: server.url,
    })
    expect(chats()).toHaveLength(1)
  })

  it('by a redirect is not followed, and the key is not sent there', async () => {
    const other = await startFakeServer()
    const { origin } = new URL(server.url)
    const one = client({ keys: { [origin]: 'sk-secret' } })
    server.faults.push(
      (_, response) =>
        void response.writeHead(307, { location: `${other.url}/chat/completions` }).end(),
    )
    expect(await failureOf(sample(one, server.url, { candidates: wanted(1) }))).toMatchObject({
      code: 'server-refused',
      message: 'The server sends on to another address (307), which is not followed.',
    })
    expect(other.requests).toEqual([])
    expect(one.keysAsked.every((asked) => asked === origin)).toBe(true)
    await other.close()
  })

  it('of an address without the API suggests /v1', async () => {
    expect(
      await failureOf(sample(client(), server.url.replace('/v1', ''), { candidates: wanted(1) })),
    ).toMatchObject({
      code: 'server-refused',
      message: 'The server does not know /chat/completions (404): Not Found.',
      remedy: expect.stringContaining('/v1') as string,
    })
  })
})
