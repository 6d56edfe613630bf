// A judge behind a server: structured answers where the server gives them, what it does without
// where it does not.
import { expect, describe, it } from 'vitest'
import type { JudgedAnswer, ServerModelRequest } from '../../../src/shared/engineProtocol'
import { FAULTS } from '../../support/servers/fakeServer'
import { server, useFakeServer } from './server'
import { chats, type Client, client, failureOf, HI, never } from './support'

useFakeServer({ says: () => '{"verdict": "A"}' })

async function ask(
  { servers }: Client,
  options: Partial<ServerModelRequest> = {},
): Promise<JudgedAnswer> {
  const judge = { server: server.url, model: 'm', concurrency: 4, ...options }
  const look = { signal: never, onProgress: () => undefined }
  const found = await servers.judge(judge, look)
  return found.judge({ judge, messages: HI, maxTokens: 9 }, never, () => undefined)
}

describe('a judge behind a server', () => {
  it('asks greedily for an answer by a schema, and tells what it cost', async () => {
    expect(await ask(client())).toEqual({ text: '{"verdict": "A"}', promptTokens: 7, tokens: 5 })
    expect(chats()).toEqual([
      expect.objectContaining({
        messages: HI,
        temperature: 0,
        max_tokens: 9,
        response_format: expect.objectContaining({ type: 'json_schema' }) as unknown,
      }),
    ])
  })

  it('does without the schema after a refusal, and does not ask for it again', async () => {
    const one = client()
    server.abilities.refuses = ({ response_format: format }) =>
      format === undefined ? undefined : 'response_format is not supported'
    await ask(one)
    await ask(one)
    expect(chats().map((body) => 'response_format' in body)).toEqual([true, false, false])
  })

  it('does without it where the server fails on it without a word', async () => {
    server.faults = [FAULTS['500']]
    const one = client()
    await ask(one)
    expect(chats().map((body) => 'response_format' in body)).toEqual([true, false])
    expect(one.clock.waits).toEqual([])
  })

  it('leaves the temperature to a model that takes none, and renames the limit', async () => {
    server.abilities.refuses = ({ temperature, max_tokens: limit }) =>
      temperature !== undefined
        ? "Unsupported value: 'temperature' does not support 0"
        : limit !== undefined
          ? "'max_tokens' is not supported. Use 'max_completion_tokens' instead."
          : undefined
    await ask(client())
    expect(chats().at(-1)).toMatchObject({ max_completion_tokens: 9 })
    expect(chats().at(-1)).toHaveProperty('response_format')
    expect(chats().at(-1)).not.toHaveProperty('temperature')
  })

  it.each([
    ['stop', '{"verdict": "B"}'],
    ['length', ''],
  ])('whose server takes the whole answer for reasoning (%s) says %j', async (reason, text) => {
    const message = { content: null, reasoning_content: '{"verdict": "B"}' }
    server.faults = [
      (_, response) =>
        void response.end(JSON.stringify({ choices: [{ message, finish_reason: reason }] })),
    ]
    expect(await ask(client())).toMatchObject({ text })
  })

  it.each([
    ['length', { isCutOff: true }],
    ['stop', {}],
  ])('tells whether the limit of tokens ended its answer (%s)', async (reason, expected) => {
    const choices = [{ message: { content: 'A is' }, finish_reason: reason }]
    server.faults = [(_, response) => void response.end(JSON.stringify({ choices }))]
    const { text, isCutOff } = await ask(client())
    expect({ text, ...(isCutOff === undefined ? {} : { isCutOff }) }).toEqual({
      text: 'A is',
      ...expected,
    })
  })

  it('is asked to stream where the server does nothing else', async () => {
    server.abilities.refuses = ({ stream }) =>
      stream === true ? undefined : 'This model supports stream mode alone'
    expect(await ask(client())).toMatchObject({ text: '{"verdict": "A"}' })
    expect(chats().map(({ stream }) => stream)).toEqual([false, true])
  })

  it('says what a refusal says that nothing helps against', async () => {
    server.abilities.refuses = () => 'The prompt is too long: maximum context length is 10 tokens'
    const failure = await failureOf(ask(client()))
    expect(failure?.code).toBe('context-overflow')
  })

  it('sends the key to its own origin', async () => {
    server.abilities.key = 'secret'
    const origin = new URL(server.url).origin
    await ask(client({ keys: { [origin]: 'secret' } }))
    expect(server.requests.at(-1)?.authorization).toBe('Bearer secret')
  })
})
